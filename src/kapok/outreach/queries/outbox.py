"""The outbox for whoever operates it: each channel's health and costs, each message's fate."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok import words
from kapok.access import scope, texting
from kapok.access.roles import Permission
from kapok.codes import span
from kapok.outreach.box import of_post
from kapok.outreach.models import Channel, Message, OptOut
from kapok.outreach.queries import caps
from kapok.outreach.sending import hours
from kapok.outreach.workflow import AGAIN, PENDING, Sending
from kapok.places.names import of_places

SHOWN = 100
HOUR = timedelta(hours=1)
DOWN_LONG = timedelta(minutes=30)
OPENED_BY = timedelta(hours=24)  # a chat in which nobody opened a link for so long is doubtful
COUNTED = """
    SELECT channel_id, state, count(*), sum(cost_milli), count(opened_at),
        min(sent_at) FILTER (WHERE opened_at IS NULL)
    FROM outreach_message
    WHERE state <> 'WAITING' AND sent_at > %s AND channel_id = ANY (%s) GROUP BY 1, 2
"""
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class Way:
    """A channel as the page shows it.

    Attributes
    ----------
    counts
        Messages of the last seven days by state.
    cost_milli
        What they cost, in thousandths of a yuan.
    sentence
        How it is.
    alarm
        What staff must know at once, above everything else; empty where nothing is wrong.
    """

    id: UUID
    kind_code: str
    kind: str
    name: str
    place_name: str
    per_second: float
    price_milli: int
    counts: tuple[tuple[str, int], ...]
    cost_milli: int
    sentence: str
    is_doubtful: bool
    is_stopped: bool
    last_ok_at: datetime | None
    group: UUID | None
    alarm: str = ""

    @property
    def yuan(self) -> str:
        """What its messages of the last seven days cost."""
        return f"{self.cost_milli / 1000:,.2f}"


@dataclass(frozen=True)
class Line:
    """A message as the page shows it: never a number, a name, or words."""

    id: UUID
    notice: UUID
    title: str
    place_name: str
    channel: str
    state: str
    state_label: str
    n_tries: int
    n_parts: int
    cost_milli: int
    sent_at: datetime | None
    ended_at: datetime | None
    opened_at: datetime | None
    due_at: datetime
    answer: str
    may_go_again: bool

    @property
    def yuan(self) -> str:
        """What it cost."""
        return f"{self.cost_milli / 1000:.2f}"


@dataclass(frozen=True)
class Outbox:
    """The whole page."""

    channels: tuple[Way, ...]
    lines: tuple[Line, ...]
    n_waiting: int
    n_opted_out: int
    is_connected: bool
    texts: tuple[caps.Line, ...]
    prefixes: str


def outbox(*, at: datetime, state: str = "", notice: UUID | None = None) -> Outbox:
    """Channels and the latest messages of the places of who acts."""
    if not scope.can(Permission.NOTICE_VIEW):
        scope.require(Permission.CHANNEL_MANAGE)
    found = Message.objects.select_related("version__notice", "channel")
    if state in Sending.values:
        found = found.filter(state=state)
    if notice is not None:
        found = found.filter(version__notice=notice)
    rows = list(found.order_by("-id")[:SHOWN])
    ways = channels(at=at)
    places = of_places({row.place for row in rows})
    return Outbox(
        channels=ways,
        lines=tuple(_line(row, places) for row in rows),
        # Each state has an index of its own; all three together have none.
        n_waiting=sum(Message.objects.filter(state=each).count() for each in PENDING),
        n_opted_out=OptOut.objects.count(),
        is_connected=_is_connected(at),
        texts=caps.lines(at=at),
        prefixes=words.listed(texting.limits().prefixes),
    )


def channels(*, at: datetime, group: UUID | None = None) -> tuple[Way, ...]:
    """The channels of the places of who acts, or of one group, with their health."""
    found = Channel.objects.select_related("switched_by")
    rows = list(found if group is None else found.filter(group=group))
    places = of_places({row.place for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [at - RECENT, [row.pk for row in rows]])
        counted = cursor.fetchall()
    return tuple(
        _way(row, places.get(row.place, ""), [each for each in counted if each[0] == row.pk], at)
        for row in rows
    )


def _is_connected(at: datetime) -> bool:
    """Whether text messages leave for the places of who acts, also by a larger area's channel."""
    mine = scope.current().ranges
    with scope.acting(of_post(at=at)):
        ways = list(Channel.objects.filter(kind=Channel.Kind.SMPP, stopped_at=None))
    spans = [span(way.place, way.level) for way in ways]
    return any(lo < end and start < hi for lo, hi in mine for start, end in spans)


def _way(row: Channel, place_name: str, counted: list[tuple], at: datetime) -> Way:
    n_opened = sum(each[4] for each in counted)
    oldest = min((each[5] for each in counted if each[5] is not None), default=None)
    is_chat = row.kind != Channel.Kind.SMPP
    is_doubtful = bool(is_chat and oldest is not None and oldest < at - OPENED_BY and not n_opened)
    return Way(
        id=row.pk,
        kind_code=row.kind,
        kind=row.get_kind_display(),
        name=row.name,
        place_name=place_name,
        per_second=row.per_second,
        price_milli=row.price_milli,
        counts=tuple((str(Sending(each[1]).label), each[2]) for each in counted),
        cost_milli=sum(each[3] or 0 for each in counted),
        sentence=_health(row, is_doubtful=is_doubtful),
        is_doubtful=is_doubtful or row.down_since is not None,
        is_stopped=row.stopped_at is not None,
        last_ok_at=row.last_ok_at,
        group=row.group_id,
        alarm=_alarm(row, at),
    )


def _alarm(row: Channel, at: datetime) -> str:
    """A channel that was down for long: hours are a matter for people."""
    down = row.down_since
    if row.stopped_at is not None or down is None or at - down < DOWN_LONG:
        return ""
    return _(
        "“%(name)s” has not worked since %(moment)s: %(said)s Its messages wait and are tried "
        "again by themselves; one that waited for %(hours)s hours, or %(urgent)s where it is "
        "urgent, is given up. Tell urgent news at the door and by loudspeaker, and call whoever "
        "runs the channel."
    ) % {
        "name": row.name,
        "moment": f"{localtime(down):%m-%d %H:%M}",
        "said": said_here(row.last_answer),
        "hours": hours.GOOD_FOR[False] // HOUR,
        "urgent": hours.GOOD_FOR[True] // HOUR,
    }


def said_here(answer: str) -> str:
    """What a channel said last: Kapok's own part in the language of the page, as a sentence."""
    own, colon, words_of_others = answer.partition(": ")
    if not own:
        return ""
    said = f"{_(own)}{colon}{words_of_others}"
    return said if said[-1] in ".。!！?？" else f"{said}."


def _health(row: Channel, *, is_doubtful: bool) -> str:
    if row.stopped_at is not None:
        return _stopped(row)
    if row.down_since is not None:
        return _("It does not work: %(said)s Messages wait; it is tried again by itself.") % {
            "said": said_here(row.last_answer)
        }
    if is_doubtful:
        return _(
            "It takes messages, but nobody opened a link from it for a day. Look into the chat: "
            "do they arrive?"
        )
    if row.last_ok_at is None:
        return _("Nothing was sent by it yet.")
    return _("It works.")


def _stopped(row: Channel) -> str:
    if row.switched_by is None or row.switched_at is None:
        return _("Stopped: nothing leaves by it.")
    return _("Stopped by %(name)s, %(moment)s: nothing leaves by it.") % {
        "name": row.switched_by,
        "moment": f"{localtime(row.switched_at):%m-%d %H:%M}",
    }


def _line(row: Message, places: dict[int, str]) -> Line:
    state = Sending(row.state)
    return Line(
        id=row.pk,
        notice=row.version.notice_id,
        title=row.version.title_zh,
        place_name=places.get(row.place, ""),
        channel=row.channel.name if row.channel else "",
        state=state.value,
        state_label=str(state.label),
        n_tries=row.n_tries,
        n_parts=row.n_parts,
        cost_milli=row.cost_milli,
        sent_at=row.sent_at,
        ended_at=row.ended_at,
        opened_at=row.opened_at,
        due_at=row.due_at,
        answer=said_here(row.answer),
        may_go_again=state in AGAIN and row.version.stopped_at is None,
    )
