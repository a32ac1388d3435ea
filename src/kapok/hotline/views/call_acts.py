"""What is done during a call beside its needs: screening, help, the safe word, its end."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access.requests import SignedInRequest
from kapok.errors import NotAllowed, Refused
from kapok.hotline.operations import closing, discreet, helping, screening
from kapok.hotline.page_forms import level_of, moment_of, screen_answers
from kapok.hotline.queries import calls
from kapok.hotline.views.call_common import Desk, of_call, part, show


def _done(
    request: SignedInRequest, desk: Desk, act: Callable[[], object], *, to: str = ""
) -> HttpResponse:
    """Do it and go on; or the page again with the sentence, and all that was typed."""
    try:
        act()
    except closing.Unheard as asked:
        return show(request, desk, problem=str(asked), asks_once_more=True)
    except (Refused, NotAllowed) as refusal:
        return show(request, desk, problem=str(refusal), screening=to == "risk")
    return redirect(f"{desk.url}{'#' if to else ''}{to}")


@require_POST
@of_call
def start_screen(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Begin to screen: from now on it is due."""
    call, by = desk.call.pk, request.user
    return _done(request, desk, lambda: screening.start(call_id=call, by=by, at=desk.at), to="risk")


@require_POST
@of_call
def screen(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Write down how the caller was screened."""
    sent = request.POST

    def act() -> None:
        screening.screen(
            call_id=desk.call.pk,
            answers=screen_answers(sent),
            level=level_of(sent),
            reason=sent.get("reason", ""),
            told=sent.get("told", ""),
            rescue=sent.get("rescue", ""),
            by=request.user,
            at=desk.at,
        )

    return _done(request, desk, act, to="risk")


@require_http_methods(["GET", "HEAD", "POST"])
@of_call
def call_help(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Call for a second worker; asked for, whether one has come."""
    if request.method != "POST":
        there = {
            "wants_help": calls.wants_help(desk.call),
            "helper": calls.helper_of(desk.call),
        }
        return part(request, desk, "_second", {"page": there})
    call, by = desk.call.pk, request.user
    return _done(
        request, desk, lambda: helping.call_for_help(call_id=call, by=by, at=desk.at), to="help"
    )


@require_POST
@of_call
def come(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Be the second worker."""
    call, by = desk.call.pk, request.user
    return _done(request, desk, lambda: helping.come(call_id=call, by=by, at=desk.at), to="help")


@require_POST
@of_call
def told(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The second worker says who was told."""
    sent = request.POST

    def act() -> None:
        helping.tell(
            call_id=desk.call.pk,
            level=level_of(sent),
            told=sent.get("told", ""),
            rescue=sent.get("rescue", ""),
            by=request.user,
            at=desk.at,
        )
        messages.success(request, _("It is written down, with your name and the time."))

    return _done(request, desk, act, to="help")


@require_POST
@of_call
def cannot_speak(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The caller cannot speak freely."""
    call, by = desk.call.pk, request.user
    return _done(
        request, desk, lambda: discreet.begin(call_id=call, by=by, at=desk.at), to="yes-no"
    )


@require_POST
@of_call
def can_speak(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """That they cannot was a slip of the key."""
    call, by = desk.call.pk, request.user

    def act() -> None:
        discreet.take_back(call_id=call, by=by, at=desk.at)
        messages.success(
            request,
            _(
                "Written down: they speak freely. Matters that were opened before stay without a "
                "number, and cancelled call-backs stay cancelled: promise a new call if you want."
            ),
        )

    return _done(request, desk, act)


@require_POST
@of_call
def yes_no(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """What they answered to one question: the button's name is the question."""

    def act() -> None:
        question, _dot, said = request.POST.get("said", "").rpartition(".")
        discreet.answer(
            call_id=desk.call.pk, question=question, yes=said == "yes", by=request.user, at=desk.at
        )

    return _done(request, desk, act, to="yes-no")


@require_POST
@of_call
def hang_up(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """The talk is over."""
    call, by = desk.call.pk, request.user
    return _done(request, desk, lambda: closing.hang_up(call_id=call, by=by, at=desk.at), to="end")


@require_POST
@of_call
def close(request: SignedInRequest, desk: Desk) -> HttpResponse:
    """Close the call."""
    sent = request.POST

    def act() -> None:
        closing.close(
            call_id=desk.call.pk,
            outcome=sent.get("outcome", ""),
            promised_at=moment_of(sent.get("promised_at", "")),
            is_sure="is_sure" in sent,
            by=request.user,
            at=desk.at,
        )
        messages.success(request, _("The call is closed."))

    return _done(request, desk, act)
