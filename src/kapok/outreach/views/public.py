"""The page behind a short address: light, for old phones, without an account."""

from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.rates import Limit, over, who_asks
from kapok.codes import DIGITS
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.outreach.operations import answering
from kapok.outreach.page_forms import AnswerForm
from kapok.outreach.queries.links import Linked, linked
from kapok.outreach.queries.public import public
from kapok.people.views.page import private

OF_HOUSEHOLD = Limit("notice answer of a household", 6, 600)
OF_ADDRESS = Limit("notice answer", 40, 600)
SAID = {
    "read": lambda: _("Thank you for reading it."),
    "answered": lambda: _("It has arrived, and becomes a matter: somebody looks after it."),
    "stopped": lambda: _(
        "This telephone gets no more messages, but urgent ones of danger to life."
    ),
}


@require_safe
@login_not_required
def page(request: HttpRequest, code: str) -> HttpResponse:
    """The notice; nothing is noted by opening it alone, since programs open links as well."""
    return _page(request, code, said=request.GET.get("said", ""))


@require_POST
@login_not_required
def read(request: HttpRequest, code: str) -> HttpResponse:
    """Somebody has it on their screen."""
    _found(code)
    answering.open_link(code=code, at=timezone.now())
    return redirect(f"{_address(code)}?said=read")


@require_POST
@login_not_required
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """What they need, or their answer: a matter."""
    found = _found(code)
    form = AnswerForm(request.POST)
    _refuse_floods(request, found, code)
    if not form.is_valid():
        return _page(request, code, form=form, status=422)
    said = form.cleaned_data
    words = answering.Words(
        said["text"], said["phone"], said["address"], said["needs_help"], _within(request)
    )
    try:
        answering.answer(code=code, key=_key(request), words=words, at=timezone.now())
    except Refused as refusal:
        return _page(request, code, form=form, problem=str(refusal), status=422)
    here = f"&in={_within(request)}" if _within(request) else ""
    return redirect(f"{_address(code)}?said=answered{here}")


@require_POST
@login_not_required
def stop(request: HttpRequest, code: str) -> HttpResponse:
    """No more messages to the telephone that got this link."""
    _found(code)
    try:
        answering.opt_out_by_link(code=code, at=timezone.now())
    except Refused as refusal:
        return _page(request, code, problem=str(refusal), status=422)
    return redirect(f"{_address(code)}?said=stopped")


def _refuse_floods(request: HttpRequest, found: Linked, code: str) -> None:
    """A household by its own link, strangers by where they are: thousands share one address."""
    limit, who = (OF_HOUSEHOLD, code) if found.household else (OF_ADDRESS, who_asks(request))
    if over(limit, who):
        raise Refused(
            _("Many answers came from here just now. Wait a little, or call the community.")
        )


def _address(code: str) -> str:
    return reverse("notice-open", args=[code])


def _within(request: HttpRequest) -> int:
    """The community on whose page the notice was read; 0 where none is said."""
    said = request.POST.get("in") or request.GET.get("in", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) == DIGITS else 0


def _key(request: HttpRequest) -> UUID:
    """The form's own key, so that whoever sends it twice makes one matter."""
    return uuid5(answering.DOOR, f"{request.POST.get('key', '')[:60]}\x1f{request.path}")


def _found(code: str) -> Linked:
    found = linked(code, at=timezone.now())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    code: str,
    *,
    form: AnswerForm | None = None,
    problem: str = "",
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    at = timezone.now()
    found = _found(code)
    context = {
        "notice": public(found, at=at),
        "code": code,
        "form": form or AnswerForm(initial={}),
        "key": request.POST.get("key") or str(uuid7()),
        "within": _within(request),
        "problem": problem,
        "said": SAID.get(said, lambda: "")(),
    }
    return private(render(request, "outreach/n/page.html", context, status=status))
