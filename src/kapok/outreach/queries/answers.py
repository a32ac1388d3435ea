"""The answers to a notice: how many came, and the matters among them that who looks may see."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from kapok.access.scope import current
from kapok.codes import span
from kapok.matters.models import Matter
from kapok.matters.queries.labels import kind_label
from kapok.matters.workflow import Door
from kapok.outreach.models import NoticeAnswer
from kapok.places.names import of_places

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A matter that somebody's answer became."""

    id: UUID
    number: int
    kind: str
    where: str
    state: str
    state_label: str


@dataclass(frozen=True)
class Answers:
    """The answers from an area.

    Attributes
    ----------
    n_seen
        Those that who looks may open.
    lines
        The newest of these.
    query
        Where the others are, as the queue of matters is asked for them.
    """

    n_all: int
    n_seen: int
    lines: tuple[Line, ...]
    query: str = ""

    @property
    def n_closed(self) -> int:
        """Those that are with somebody else: care is read by those who care alone."""
        return self.n_all - self.n_seen

    @property
    def n_older(self) -> int:
        """Those that may be opened and are not listed."""
        return self.n_seen - len(self.lines)


def answers(notice: UUID, place: int, level: str) -> Answers:
    """The answers to a notice from an area; matters come as their own rules allow."""
    lo, hi = span(place, level)
    came = NoticeAnswer.objects.filter(notice=notice, place__gte=lo, place__lt=hi)
    seen = Matter.objects.filter(pk__in=came.values("matter"), realm__in=current().realms)
    rows = list(seen.order_by("-received_at", "-id")[:SHOWN])
    names = of_places({row.place for row in rows})
    lines = tuple(
        Line(
            row.pk, row.number, kind_label(row.pack_id, row.kind), names.get(row.place, ""),
            row.state, row.get_state_display(),
        )
        for row in rows
    )  # fmt: skip
    query = urlencode({"place": place, "level": level, "door": Door.PORTAL.value, "state": "all"})
    return Answers(came.count(), seen.count(), lines, query)
