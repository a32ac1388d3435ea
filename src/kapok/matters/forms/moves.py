"""What each move asks for, as questions; and what was answered, as its data."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from kapok.matters.engine.facts import ClockState, Facts
from kapok.matters.forms.html import Choice, Widget, answers_of, widgets
from kapok.matters.workflow import MOVES, Urgency
from kapok.packs.schema import Evidence, Form, Kind, Step

SIMPLE = frozenset({"accept", "take", "start", "arrive", "check", "close", "resume", "unjoin"})
TOGETHER = frozenset(
    {"accept", "reject", "hold", "resume", "escalate", "return", "note", "transfer", "withdraw"}
)  # moves that are made of many matters at once: they ask the same of each
HOLD_FOR = timedelta(hours=4)


def fields(
    move: str,
    kind: Kind | None,
    facts: Facts | None,
    given: Mapping[str, Any] | None = None,
    faults: Mapping[str, str] | None = None,
) -> tuple[Widget, ...]:
    """The questions of a move; those of a step come with :func:`step_fields`."""
    known, wrong = given or {}, faults or {}
    asked = [part for part in ASKED if part in MOVES[move].needs or part in MORE.get(move, ())]
    return tuple(
        ASKED[part](kind, facts, known.get(part, ""), wrong.get(part, "")) for part in asked
    )


def step_fields(
    step: Step, given: Mapping[str, Any] | None, faults: Mapping[str, str] | None
) -> tuple[Widget, ...]:
    """The questions of one step, with the position where the pack wants it as proof."""
    asked = widgets(step.form, given, faults)
    if Evidence.LOCATION not in step.evidence:
        return asked
    fault = (faults or {}).get("lon", "")
    said = {"lat": (given or {}).get("lat", ""), "lon": (given or {}).get("lon", "")}
    return (*asked, Widget("here", "spot", _("Where you are"), value=said, fault=fault))


def _reason(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    return Widget(
        "reason", "input", _("Reason"), value=value, required=True, fault=fault, most_letters=500
    )


def _text(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    return Widget("text", "area", _("Words"), value=value, fault=fault, most_letters=5000)


def _until(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    usual = timezone.localtime(timezone.now() + HOLD_FOR).strftime("%Y-%m-%dT%H:%M")
    return Widget(
        "until", "input", _("Until"), type="datetime-local", value=value or usual, required=True,
        fault=fault,
    )  # fmt: skip


def _agency(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    return Widget(
        "agency", "input", _("Agency"), value=value, required=True, fault=fault, most_letters=100
    )


def _outcome(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    choices = tuple(
        Choice(each.code, each.label.here(), each.code == value)
        for each in (kind.outcomes if kind else ())
    )
    return Widget("outcome", "radios", _("Outcome"), required=True, choices=choices, fault=fault)


def _clock(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    choices = []
    for clock in facts.clocks if facts else ():
        known = kind.clock(clock.code) if kind else None
        if (
            known
            and clock.state == ClockState.RUNNING
            and clock.n_extensions < known.max_extensions
        ):
            choices.append(Choice(clock.code, known.label.here(), clock.code == value))
    return Widget(
        "clock", "radios", _("Clock"), required=True, choices=tuple(choices), fault=fault,
        hint="" if choices else _("No clock of this matter can be extended now."),
    )  # fmt: skip


def _other(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    return Widget(
        "other", "input", _("Number of the other matter"), value=value, required=True, fault=fault,
        hint=_("This one ends as joined; its reporter hears how the other one goes."),
    )  # fmt: skip


def _urgency(kind: Kind | None, facts: Facts | None, value: Any, fault: str) -> Widget:
    choices = (
        Choice("", _("As it is")),
        *(Choice(each.value, str(each.label), each.value == value) for each in Urgency),
    )
    return Widget("urgency", "select", _("Urgency"), choices=choices, fault=fault)


ASKED: dict[str, Callable[[Kind | None, Facts | None, Any, str], Widget]] = {
    "outcome": _outcome,
    "clock": _clock,
    "other": _other,
    "agency": _agency,
    "until": _until,
    "urgency": _urgency,
    "reason": _reason,
    "text": _text,
}
MORE: dict[str, tuple[str, ...]] = {
    "finish": ("text",),
    "settle": ("text",),
    "send_back": ("text",),
    "return": ("text",),
    "transfer": ("text",),
    "check": ("text",),
    "correct": ("urgency",),
    "hold": ("text",),
}


def data_of(move: str, sent: QueryDict) -> dict[str, Any]:
    """What was answered to the questions of a move, as its data; blanks are left out."""
    found: dict[str, Any] = {}
    for part in ASKED:
        said = sent.get(part, "").replace("\x00", "").strip()
        wanted = part in MOVES[move].needs or part in MORE.get(move, ())
        if said and wanted:
            found[part] = _until_of(said) if part == "until" else said
    if move == "correct":
        found |= _corrected(sent)
    return found


def _until_of(said: str) -> str:
    """A moment as a browser sends it: without zone, so it is ours."""
    try:
        moment = parse_datetime(said)
    except ValueError:
        moment = None
    if moment is None:
        return said
    return (moment if moment.tzinfo else timezone.make_aware(moment)).isoformat()


def _corrected(sent: QueryDict) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if sent.get("kind"):
        found["kind"] = sent["kind"]
    if sent.get("building"):
        found["building"] = sent["building"]
    return found


def step_data(step: Step, sent: QueryDict) -> dict[str, Any]:
    """What was answered at a step, or the note that was made instead."""
    if sent.get("noted"):
        return {"step": step.code, "noted": sent["noted"], "text": sent.get("text", "").strip()}
    found: dict[str, Any] = {
        "step": step.code,
        "answers": answers_of(step.form, sent),
        "text": sent.get("text", "").strip(),
    }
    point = _point(sent, "here.") if Evidence.LOCATION in step.evidence else None
    return found if point is None else found | {"lon": point[0], "lat": point[1]}


def report_data(form: Form, sent: QueryDict) -> dict[str, Any]:
    """A new matter as the desk or the telephone takes it."""
    contact = {
        name: sent.get(f"contact.{name}", "").strip() for name in ("name", "phone", "email")
    } | {"hidden": sent.get("contact.hidden") == "on"}
    found: dict[str, Any] = {
        "kind": sent.get("kind", ""),
        "why": sent.get("why", ""),
        "text": sent.get("text", "").replace("\x00", "").strip(),
        "address": sent.get("address", "").strip(),
        "answers": answers_of(form, sent),
        "contact": contact,
        "door": "PHONE",
    }
    building = sent.get("building", "")
    if _is_key(building):
        found["building"] = building
    point = _point(sent)
    if point is not None:
        found |= {"lon": point[0], "lat": point[1]}
    if sent.get("place", "").isdigit():
        found["place"] = int(str(sent["place"]))
    if sent.get("urgency"):
        found["urgency"] = sent["urgency"]
    if _is_key(sent.get("parent", "")):
        found["parent"] = sent["parent"]
    return found


def _point(sent: QueryDict, before: str = "") -> tuple[float, float] | None:
    try:
        return float(sent.get(f"{before}lon", "")), float(sent.get(f"{before}lat", ""))
    except ValueError:
        return None


def _is_key(said: str) -> bool:
    try:
        UUID(said)
    except ValueError:
        return False
    return True
