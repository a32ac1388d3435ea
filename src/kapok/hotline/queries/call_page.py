"""All that the page of one call shows, for whoever stands how to it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from kapok.access.models import Look, User
from kapok.access.trace import look
from kapok.hotline.models import Call, CallBack
from kapok.hotline.queries import calls, silence
from kapok.hotline.queries.backs import STEPS
from kapok.hotline.queries.caller import Caller, caller_of
from kapok.hotline.queries.calls import Stand
from kapok.hotline.queries.needs import NeedLine, needs_of, sends_to_no_door
from kapok.hotline.queries.records import Record, may_be_called, record_of
from kapok.hotline.queries.screens import Screened, Step, ladder, screens_of
from kapok.hotline.queries.wrap_ups import Relief, relief
from kapok.hotline.workflow import OPEN_BACKS, Back, Outcome, Risk, State, Way
from kapok.packs.schema import CallCategory, CallScript, Hotline
from kapok.places.models import Area

SCREENS = frozenset({Stand.HOLDER, Stand.LEAD})
MOST_PLACES = 400


@dataclass(frozen=True)
class Asked:
    """A question to answer with yes or no, and what was answered."""

    code: str
    ask: str
    yes: bool | None
    calls_help: bool


@dataclass(frozen=True)
class Owed:
    """A call that is owed to them."""

    why: str
    step: str
    due_at: datetime


@dataclass(frozen=True)
class Page:
    """One call."""

    line: str
    length: str
    theirs: str
    caller: Caller
    needs: tuple[NeedLine, ...]
    sees_screens: bool
    screens: tuple[Screened, ...]
    ladder: tuple[Step, ...]
    asked: tuple[Asked, ...]
    proposes_help: bool
    may_be_called: bool
    wants_help: bool
    helper: User | None
    owed: tuple[Owed, ...]
    opening: CallScript | None
    emergency: CallCategory | None
    relief: Relief | None
    was_discreet: datetime | None  # when somebody of the number last could not speak freely
    outcomes: tuple[tuple[str, str], ...]

    @property
    def latest(self) -> Screened | None:
        """How the caller is by the last screening."""
        return self.screens[0] if self.screens else None

    @property
    def step(self) -> Step | None:
        """What to do at that level."""
        return self.ladder[self.latest.level] if self.latest else None

    @property
    def sends_to_no_door(self) -> bool:
        """Whether somebody is in danger, and nobody was sent to any building."""
        by_needs = sends_to_no_door(self.needs)
        if by_needs is not None:
            return by_needs
        is_known = self.caller.where is not None and self.caller.where.building is not None
        return self.latest is not None and self.latest.level == Risk.L4 and not is_known

    @property
    def likely(self) -> str:
        """How the call ended, where its needs say so already."""
        return Outcome.MATTERS.value if any(each.matter for each in self.needs) else ""


def page_of(call: Call, stand: Stand, words: Hotline, *, at: datetime) -> Page:
    """The page of a call that whoever acts may see; what it shows of people is in the trace."""
    record = record_of(call.pk)
    sees = stand in SCREENS
    asked = tuple(
        Asked(each.code, each.ask.here(), record.yes_no.get(each.code), each.calls_help)
        for each in words.yes_no
    )
    return Page(
        line=calls.line_name(call),
        length=_length(call, at),
        theirs=_theirs(call),
        caller=caller_of(call, record, words, today=timezone.localdate(at), at=at),
        needs=needs_of(call.pk, words),
        sees_screens=sees,
        screens=screens_of(call, words) if sees else (),
        ladder=ladder(words),
        asked=asked,
        proposes_help=any(each.yes and each.calls_help for each in asked),
        may_be_called=may_be_called(record, words),
        wants_help=calls.wants_help(call),
        helper=calls.helper_of(call),
        owed=_owed(call),
        opening=words.script(words.opening),
        emergency=emergency_of(words),
        was_discreet=_was_discreet(call, record, at),
        relief=relief(call, at=at) if stand == Stand.LEAD and call.state == State.WRAP_UP else None,
        outcomes=tuple(
            (each.value, str(each.label))
            for each in Outcome
            if each != Outcome.NOT_REACHED or call.way == Way.OUT
        ),
    )


def _was_discreet(call: Call, record: Record, at: datetime) -> datetime | None:
    if record.phone_index is None:
        return None
    return silence.spoke_last(record.phone_index, but=call.pk, at=at)


def _theirs(call: Call) -> str:
    """What was noted of the call that ours answers: the words of a voicemail, earlier notes."""
    back = (
        CallBack.objects.filter(answer=call).order_by("id").first() if call.way == Way.OUT else None
    )
    if back is None:
        return ""
    look(Look.Action.OPEN, [back.call_id], place=back.place)
    return record_of(back.call_id).notes


def _length(call: Call, at: datetime) -> str:
    """How long the talk is by now, as the clock on the page goes on from it."""
    if call.answered_at is None:
        return ""
    minutes, seconds = divmod(max(0, int((at - call.answered_at).total_seconds())), 60)
    return (
        f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        if minutes >= 60
        else (f"{minutes:02}:{seconds:02}")
    )


def _owed(call: Call) -> tuple[Owed, ...]:
    rows = CallBack.objects.filter(call=call, state__in=OPEN_BACKS).order_by("due_at")
    return tuple(
        Owed(str(Back(row.why).label), str(STEPS.get(row.step, row.step)), row.due_at)
        for row in rows
    )


def emergency_of(words: Hotline) -> CallCategory | None:
    """The first urgent need that becomes a matter: what the big button opens."""
    return next((each for each in words.categories if each.is_urgent and each.kind), None)


def places_near(call: Call) -> list[tuple[int, str]]:
    """Where a caller may be whose building nobody knows: the line's place, and its parts."""
    own = Area.objects.filter(code=call.place).first()
    parts = Area.objects.filter(parent__code=call.place, valid_to=None).order_by("code")
    found = [own, *parts[:MOST_PLACES]] if own else list(parts[:MOST_PLACES])
    return [(area.code, area.name) for area in found]
