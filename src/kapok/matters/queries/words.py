"""What a reporter is told: in the words of the pack, or in ours where it has none."""

from django.conf import settings
from django.utils.translation import gettext as _

from kapok.access.trace import LOCAL
from kapok.matters.engine.facts import Facts
from kapok.matters.workflow import State
from kapok.packs import look_up

TRACK = "/track/"
CLOSING = frozenset({"settle", "finish", "check"})  # moves that may close a matter by themselves


def message(
    matter: Facts, name: str, *, number: int | None, place: str, code: str = "", unit: str = ""
) -> str:
    """The message of an event; empty where there is none. Who gave a telephone hears their code."""
    kind, _hours = look_up.kind_of(matter.pack, matter.kind)
    text = kind.messages.get(name)
    if text is None and matter.state == State.CLOSED and name in CLOSING:
        text = kind.messages.get("close")
    outcome = kind.outcome(matter.outcome) if matter.outcome else None
    filled = (
        text.filled(
            number=number or "",
            kind=kind.label.here(),
            place=place,
            due=f"{matter.due_at.astimezone(LOCAL):%Y-%m-%d %H:%M}" if matter.due_at else "",
            outcome=outcome.label.here() if outcome else "",
            unit=unit,
            link=address(),
            code=code,
        )
        if text
        else ""
    )
    if code and code not in filled:
        follow = _("Your report has the number %(number)s. Follow it at %(link)s with %(code)s.")
        filled += follow % {"number": number, "link": address(), "code": code}
    return filled


def address() -> str:
    """The page where a report is followed, as it is written in a text message."""
    return f"{settings.REACH.base}{TRACK}"


def plain_state(state: str) -> str:
    """Where a matter stands, for people who know no states."""
    return {
        State.REPORTED: _("Your report is here. It is being looked at."),
        State.ACCEPTED: _("Your report was accepted. Somebody is being chosen for it."),
        State.ASSIGNED: _("Somebody has taken it on."),
        State.IN_PROGRESS: _("It is being worked on."),
        State.DONE: _("The work is done and is being checked."),
        State.CHECKED: _("The work is done and was checked."),
        State.CLOSED: _("It is settled."),
        State.RETURNED: _("Somebody else is being chosen for it."),
        State.ON_HOLD: _("It rests until a later day."),
        State.TRANSFERRED: _("Another agency has it."),
        State.DUPLICATE: _("It was reported already and is being dealt with together."),
        State.WITHDRAWN: _("It was withdrawn."),
        State.REJECTED: _("It was not accepted."),
    }[State(state)]
