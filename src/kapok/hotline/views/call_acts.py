"""What is done during a call beside its needs: screening, help, the safe word, its end."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.errors import NotAllowed, Refused
from kapok.hotline.operations import closing, discreet, helping, relieving, screening
from kapok.hotline.page_forms import key_in, level_of, moment_of, screen_answers
from kapok.hotline.queries import calls
from kapok.hotline.views.call_common import Desk, View, of_call, part, show

Act = Callable[..., object]
Read = Callable[[QueryDict], dict[str, Any]]


def _nothing(_sent: QueryDict) -> dict[str, Any]:
    return {}


def act(operation: Act, *, read: Read = _nothing, to: str = "", said: str | Promise = "") -> View:
    """A view that does one thing to a call with what was sent, and goes on to a part of its page.

    What was refused is said on the page, with all that was typed.
    """

    @require_POST
    @of_call
    def view(request: SignedInRequest, desk: Desk) -> HttpResponse:
        try:
            operation(call_id=desk.call.pk, by=request.user, at=desk.at, **read(request.POST))
        except closing.Unheard as asked:
            return show(request, desk, problem=str(asked), asks_once_more=True)
        except (Refused, NotAllowed) as refusal:
            return show(request, desk, problem=str(refusal), screening=to == "risk")
        if said:
            messages.success(request, str(said))
        return redirect(f"{desk.url}{'#' if to else ''}{to}")

    return view


def _screened(sent: QueryDict) -> dict[str, Any]:
    return _told(sent) | {"answers": screen_answers(sent), "reason": sent.get("reason", "")}


def _told(sent: QueryDict) -> dict[str, Any]:
    return {
        "level": level_of(sent),
        "told": sent.get("told", ""),
        "rescue": sent.get("rescue", ""),
    }


def _answered(sent: QueryDict) -> dict[str, Any]:
    """The button's name is the question."""
    question, _dot, said = sent.get("said", "").rpartition(".")
    return {"question": question, "yes": said == "yes"}


def _ended(sent: QueryDict) -> dict[str, Any]:
    return {
        "outcome": sent.get("outcome", ""),
        "promised_at": moment_of(sent.get("promised_at", "")),
        "is_sure": "is_sure" in sent,
    }


def _handed_on(sent: QueryDict) -> dict[str, Any]:
    to = sent.get("account", "")
    return {"to": key_in(to) if to else None, "reason": sent.get("reason", "")}


def _closed_for(sent: QueryDict) -> dict[str, Any]:
    return {"outcome": sent.get("outcome", ""), "reason": sent.get("reason", "")}


start_screen = act(screening.start, to="risk")
screen = act(screening.screen, read=_screened, to="risk")
_ask_for_help = act(helping.call_for_help, to="help")
come = act(helping.come, to="help")
told = act(
    helping.tell, read=_told, to="help", said=_("It is written down, with your name and the time.")
)
cannot_speak = act(discreet.begin, to="yes-no")
can_speak = act(
    discreet.take_back,
    said=_(
        "Written down: they speak freely. Matters that were opened before stay without a "
        "number, and cancelled call-backs stay cancelled: promise a new call if you want."
    ),
)
yes_no = act(discreet.answer, read=_answered, to="yes-no")
hang_up = act(closing.hang_up, to="end")
close = act(closing.close, read=_ended, said=_("The call is closed."))
hand_on = act(
    relieving.hand_on, read=_handed_on, said=_("Handed on. They see it among what is to wrap up.")
)
close_for = act(
    relieving.close_for,
    read=_closed_for,
    said=_("The call is closed. What is still owed to the caller stays owed."),
)


@require_safe
@of_call
def _help_there(request: SignedInRequest, desk: Desk) -> HttpResponse:
    there = {"wants_help": calls.wants_help(desk.call), "helper": calls.helper_of(desk.call)}
    return part(request, desk, "_second", {"page": there})


def call_help(request: SignedInRequest, **of: Any) -> HttpResponse:
    """Call for a second worker; asked for, whether one has come."""
    view = _ask_for_help if request.method == "POST" else _help_there
    return view(request, **of)
