"""A request of one's own: how it goes, and to withdraw it, open it again, or rate it.

It is shown to whoever has its code, or has proven the telephone that was given for it. What may be
done is decided where it is for all doors (:mod:`kapok.doors.operations.tracking`).
"""

from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.residents import proven
from kapok.access.scope import acting
from kapok.doors.operations import tracking
from kapok.doors.queries.tracked import is_of_phone, tracked
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.portal.queries.doorways import Here
from kapok.portal.views import pages

STARS = (1, 2, 3, 4, 5)
LONGEST = 500


@require_safe
@pages.at_door
@pages.with_phone
def show(request: HttpRequest, here: Here, matter_id: UUID) -> HttpResponse:
    """A request of the telephone that was proven here."""
    if not _is_own(request, matter_id):
        return redirect("portal-own", here.code)
    return page(request, here, matter_id)


@require_POST
@pages.at_door
def move(request: HttpRequest, here: Here, name: str) -> HttpResponse:
    """Withdraw, open again, or rate. Sent twice, it is done once."""
    at, code = timezone.now(), request.POST.get("code", "")[:80]
    matter = tracking.find(code, at=at) if code else _of_phone(request)
    if matter is None:
        return redirect("portal-track", here.code)
    form = given.key(request.POST.get("key", ""))
    if name != "rate" and not request.POST.get("reason", "").strip():
        fault = _("Write in a few words why.")
        return page(request, here, matter, code=code, fault=fault, tried=name)
    try:
        tracking.move(
            matter=matter, name=name, data=_data(request, name), at=at,
            key=uuid5(matter, f"{name}\x1f{form}"),
        )  # fmt: skip
    except Refused as refusal:
        return page(request, here, matter, code=code, fault=str(refusal), tried=name)
    return page(request, here, matter, code=code, done=_done(name))


def page(
    request: HttpRequest,
    here: Here,
    matter: UUID,
    *,
    code: str = "",
    fault: str = "",
    tried: str = "",
    done: str = "",
) -> HttpResponse:
    """How it goes, with what can be done."""
    at = timezone.now()
    with acting(tracking.reporter(at=at)):
        found = tracked(matter, at=at)
    context = {
        "here": here,
        "report": found,
        "code": code,
        "key": uuid7(),
        "stars": STARS,
        "fault": fault,
        "tried": tried,
        "done": done,
        "reason": request.POST.get("reason", "")[:LONGEST] if fault else "",
    }
    return pages.shown(request, "tracked.html", context, status=422 if fault else 200)


def _of_phone(request: HttpRequest) -> UUID | None:
    [matter] = given.uuids([request.POST.get("matter", "")]) or [UUID(int=0)]
    return matter if _is_own(request, matter) else None


def _is_own(request: HttpRequest, matter: UUID) -> bool:
    phone = proven(request)
    if phone is None:
        return False
    with acting(tracking.reporter(at=timezone.now())):
        return is_of_phone(matter, phone)


def _data(request: HttpRequest, name: str) -> dict[str, Any]:
    if name == "rate":
        stars = request.POST.get("satisfaction", "")
        return {"satisfaction": int(stars) if stars in {str(n) for n in STARS} else 0}
    return {"reason": request.POST.get("reason", "")[:LONGEST]}


def _done(name: str) -> str:
    return {
        "withdraw": _("Your request was withdrawn."),
        "reopen": _("Your request was opened again. The desk has been told."),
        "rate": _("Thank you. What you said was kept."),
    }[name]
