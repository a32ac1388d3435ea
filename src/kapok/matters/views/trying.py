"""Trying a pack on the matters of a day: what would have been otherwise. Nothing is written."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.matters.queries import trying
from kapok.packs import page_forms, queries
from kapok.packs.operations import Faulty, checked
from kapok.people.views import page as people_page


@require_safe
def try_pack(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """Try a version that is kept."""
    _require()
    found = queries.shown(pack_id, at=timezone.now())
    if found is None:
        raise Http404
    return _page(request, found.text, {"pack": found.line}, request.GET.get("day", ""))


@require_http_methods(["GET", "HEAD", "POST"])
def try_text(request: SignedInRequest) -> HttpResponse:
    """Try a text or a file that is not kept."""
    _require()
    if request.method != "POST":
        return redirect("pack-new")
    form = page_forms.Draft(request.POST, request.FILES)
    if not form.is_valid():
        context: dict[str, Any] = {"form": form, "found": None, "replaces": None, "faults": []}
        return render(request, "packs/edit.html", context, status=422)
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    return _page(request, text, {"text": text}, request.POST.get("day", ""))


def _require() -> None:
    if not scope.can(Permission.PACK_PUT_IN_FORCE):
        scope.require(Permission.PACK_EDIT)


def _page(request: HttpRequest, text: str, context: dict[str, Any], said: str) -> HttpResponse:
    at = timezone.now()
    day = _day(said) or trying.yesterday(at)
    context |= {"day": day, "today": timezone.localtime(at).date()}
    try:
        body = checked(text).body
        assert body is not None
        found = trying.try_on(body, day=day, at=at)
    except Faulty as faulty:
        context["faults"] = faulty.faults
        return render(request, "matters/trying.html", context, status=422)
    except Refused as refusal:
        context["refusal"] = str(refusal)
        return render(request, "matters/trying.html", context, status=422)
    shown = (request.POST if request.method == "POST" else request.GET).get("show", "")
    context["found"] = found
    context["behind"] = trying.behind(found, shown, at=at) if shown else None
    return people_page.private(render(request, "matters/trying.html", context))


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None
