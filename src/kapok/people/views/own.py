"""The residents' own pages: what Kapok holds of them, who looked, and what they want changed.

They have no account: whoever has proven a telephone by a one-time code acts as the resident whose
own mobile it is. A number that is written down in several households opens none, because it would
show one family to the other.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.messages import is_connected
from kapok.access.models import Look
from kapok.access.purposes import PURPOSES
from kapok.access.residents import proven, resident_first
from kapok.errors import Refused
from kapok.people import forms, operations
from kapok.people.portable import copy_of
from kapok.people.queries.own import Known, known_by, own, own_people
from kapok.people.queries.start import start_of
from kapok.people.views import own_phones
from kapok.people.views.page import private

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Known, P], HttpResponse]
AGREEABLE = ("difficulty_care",)  # purposes that touch health: PIPL 29 wants a consent of its own
FORMS = {"reach": forms.ReachForm, "contact": forms.ContactForm, "prove": forms.ProofForm}
NOTICE = "2026-11"  # version of the notice that stands on the page


def for_resident(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page of a resident: who has proven a telephone acts as whoever it is the mobile of."""

    @resident_first
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        households = known_by(proven(request) or b"")
        if len(households) != 1:
            context = {"several": len(households) > 1}
            return private(render(request, "people/own/unknown.html", context))
        [known] = households
        with scope.acting(scope.of_resident(known.handed, at=timezone.now())):
            return private(view(request, known, *args, **kwargs))

    return wrapped


@require_safe
@for_resident
def mine(request: HttpRequest, known: Known) -> HttpResponse:
    """Everything on one page."""
    return _page(request, known)


def _page(request: HttpRequest, known: Known, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "own": own(known, today=timezone.localdate()),
        "ask": forms.AskForm(),
        "purposes": _consents_that_may_be_given(),
    }
    return render(request, "people/own/page.html", context | more, status=status)


def _consents_that_may_be_given() -> dict[str, Any]:
    """Purposes besides those that law prescribes: what people may agree to, and take back."""
    return {code: each for code, each in PURPOSES.items() if code in AGREEABLE}


@require_safe
@for_resident
def copy(request: HttpRequest, known: Known) -> HttpResponse:
    """A copy that another program can read (PIPL 45)."""
    held = own(known, today=timezone.localdate(), action=Look.Action.EXPORT)
    answer = JsonResponse(copy_of(held), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="kapok.json"'
    return answer


@require_safe
@for_resident
def printable(request: HttpRequest, known: Known) -> HttpResponse:
    """A copy on paper."""
    held = own(known, today=timezone.localdate(), action=Look.Action.PRINT)
    return render(request, "people/own/copy.html", {"own": held, "at": timezone.localtime()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_resident
def change(request: HttpRequest, known: Known, person_id: UUID, what: str) -> HttpResponse:
    """What residents correct themselves: telephones (which they prove), languages, needs."""
    _refuse_others(known, person_id)
    waiting = own_phones.waiting_for(request, person_id)
    if what not in FORMS or (what == "prove" and waiting is None):
        raise Http404
    initial = start_of(person_id).reach if what == "reach" else {}
    form = FORMS[what](request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                answer = _change(request, form, person_id, waiting)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return answer
    context = {"form": form, "what": what, "person_id": person_id, "waiting": waiting}
    context |= {"is_demo_box": settings.DEMO, "is_connected": is_connected()}
    return render(request, "people/own/change.html", context, status=status)


def _change(
    request: HttpRequest, form: Any, person_id: UUID, waiting: own_phones.Waiting | None
) -> HttpResponse:
    """Do what was asked for; a mobile that is not proven yet waits for its code."""
    at = timezone.now()
    if isinstance(form, forms.ReachForm):
        operations.set_reach(person_id=person_id, **form.cleaned_data, by=None, at=at)
    elif isinstance(form, forms.ProofForm):
        assert waiting is not None  # the page is a 404 then
        own_phones.prove(request, waiting, code=form.cleaned_data["code"], at=at)
    elif own_phones.must_be_proven(request, form.reach()):
        own_phones.send(request, person_id=person_id, reach=form.reach(), at=at)
        return redirect("own-change", person_id, "prove")
    else:
        operations.add_contact(person_id=person_id, reach=form.reach(), by=None, at=at)
    messages.success(request, _("Saved. Thank you for keeping it right."))
    return redirect("own")


@require_POST
@for_resident
def remove_contact(
    request: HttpRequest, known: Known, person_id: UUID, contact_id: UUID
) -> HttpResponse:
    """Take a telephone away."""
    _refuse_others(known, person_id)
    operations.remove_contact(
        person_id=person_id, contact_id=contact_id, by=None, at=timezone.now()
    )
    messages.success(request, _("The telephone was taken away."))
    return redirect("own")


@require_POST
@for_resident
def withdraw(request: HttpRequest, known: Known, person_id: UUID, consent_id: UUID) -> HttpResponse:
    """Take a consent back: one click, no reason."""
    _refuse_others(known, person_id)
    operations.withdraw_consent(
        person_id=person_id, consent_id=consent_id, by=None, at=timezone.now()
    )
    messages.success(request, _("Your consent was taken back. What rests on it alone ends now."))
    return redirect("own")


@require_POST
@for_resident
def agree(request: HttpRequest, known: Known, person_id: UUID) -> HttpResponse:
    """Agree to one purpose whose notice stands beside the button."""
    _refuse_others(known, person_id)
    purpose = request.POST.get("purpose", "")
    if purpose not in AGREEABLE:
        raise Http404
    agreement = operations.Agreement(purpose, NOTICE, "by phone code, on the page", True)
    return _attempt(
        request,
        known,
        lambda: operations.give_consent(
            person_id=person_id, agreement=agreement, by=None, at=timezone.now()
        ),
        _("Your consent is written down. You can take it back here at any time."),
    )


@require_POST
@for_resident
def ask(request: HttpRequest, known: Known, person_id: UUID) -> HttpResponse:
    """Ask for what one cannot do oneself; the answer comes on this page by its day."""
    _refuse_others(known, person_id)
    form = forms.AskForm(request.POST)
    if not form.is_valid():
        return _page(request, known, ask=form, status=422)
    return _attempt(
        request,
        known,
        lambda: operations.ask(person_id=person_id, **form.cleaned_data, at=timezone.now()),
        _("Your request has arrived. The answer will be here within 15 days."),
    )


def _attempt(
    request: HttpRequest, known: Known, work: Callable[[], Any], said: str
) -> HttpResponse:
    try:
        with transaction.atomic():
            work()
    except Refused as refusal:
        return _page(request, known, refusal=str(refusal), status=409)
    messages.success(request, said)
    return redirect("own")


def _refuse_others(known: Known, person_id: UUID) -> None:
    """Grown members of the same home look after their own rows; theirs are a 404 here."""
    if person_id not in {each.pk for each in own_people(known, today=timezone.localdate())}:
        raise Http404
