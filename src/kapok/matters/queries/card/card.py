"""One matter as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.codes import community_of
from kapok.matters.engine.facts import ClockState, Facts
from kapok.matters.models import Attachment, Likeness, Matter, Tasking
from kapok.matters.queries import labels, loading
from kapok.matters.queries.card import said
from kapok.matters.queries.desk.queue import tone
from kapok.matters.workflow import OPEN, State, Urgency
from kapok.packs.schema import Kind

MOST_RELATED = 50


@dataclass(frozen=True)
class ClockLine:
    """One clock: what it is called, how it stands."""

    code: str
    label: str
    due_at: datetime
    next_at: datetime | None
    runs: bool
    is_paused: bool
    tone: str
    n_extensions: int


@dataclass(frozen=True)
class Related:
    """Another matter beside this one."""

    id: UUID
    number: int
    kind: str
    state: str
    received_at: datetime
    likeness: int | None = None  # percent
    can_join: bool = False


@dataclass(frozen=True)
class Photo:
    """A file of the matter, shown small."""

    id: UUID
    kind: str
    name: str
    made_at: datetime
    has_thumbnail: bool


@dataclass(frozen=True)
class Given:
    """Who has it: since when, when they are thought to arrive."""

    name: str
    since: datetime
    arrived_at: datetime | None
    eta: datetime | None
    distance_m: float | None


@dataclass(frozen=True)
class MatterCard:
    """All that the page of a matter shows, for whoever acts."""

    facts: Facts
    number: int
    kind: Kind | None
    kind_label: str
    realm_label: str
    state_label: str
    urgency_label: str
    place_name: str
    building: str
    clocks: tuple[ClockLine, ...]
    given: Given | None
    reports: tuple[said.Words, ...]
    trace: tuple[said.Entry, ...]
    photos: tuple[Photo, ...]
    parent: Related | None
    children: tuple[Related, ...]
    original: Related | None
    joined: tuple[Related, ...]
    alike: tuple[Related, ...]
    outcome: str

    @property
    def community(self) -> int:
        """Whose map is shown beside it."""
        return community_of(self.facts.place)

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return State(self.facts.state) in OPEN


def card(matter_id: UUID, *, at: datetime) -> MatterCard | None:
    """A matter with its words and trace, which are written down as seen; ``None`` out of sight."""
    found, numbers = loading.facts([matter_id], lock=False)
    facts = found.get(matter_id)
    if facts is None:
        return None
    kind = labels.kind_of(facts.pack, facts.kind)
    look(Look.Action.OPEN, [facts.id], place=facts.place)
    outcome = kind.outcome(facts.outcome) if kind and facts.outcome else None
    return MatterCard(
        facts=facts,
        number=numbers[facts.id],
        kind=kind,
        kind_label=kind.label.here() if kind else facts.kind,
        realm_label=str(facts.realm.label),
        state_label=str(State(facts.state).label),
        urgency_label=str(Urgency(facts.urgency).label),
        place_name=labels.places([facts.place])[facts.place],
        building=labels.buildings([facts.building]).get(facts.building, "")
        if facts.building
        else "",
        clocks=_clocks(facts, kind, at),
        given=_given(facts),
        reports=said.words(facts, kind),
        trace=said.trace(facts, kind),
        photos=_photos(facts.id),
        parent=_one(facts.parent),
        children=_related(Q(parent=facts.id)),
        original=_one(facts.duplicate_of),
        joined=_related(Q(duplicate_of=facts.id)),
        alike=_alike(facts),
        outcome=outcome.label.here() if outcome else facts.outcome,
    )


def _clocks(facts: Facts, kind: Kind | None, at: datetime) -> tuple[ClockLine, ...]:
    lines = []
    for clock in facts.clocks:
        known = kind.clock(clock.code) if kind else None
        runs = clock.state == ClockState.RUNNING
        warn_at = clock.base_at if clock.fired else clock.next_at
        lines.append(
            ClockLine(
                code=clock.code,
                label=known.label.here() if known else clock.code,
                due_at=clock.due_at,
                next_at=warn_at,
                runs=runs,
                is_paused=clock.state == ClockState.PAUSED,
                tone=tone(clock.due_at, warn_at, at) if runs else "",
                n_extensions=clock.n_extensions,
            )
        )
    return tuple(sorted(lines, key=lambda line: (not line.runs, line.due_at)))


def _given(facts: Facts) -> Given | None:
    tasking = Tasking.objects.filter(matter=facts.id, ended_at=None).first()
    if tasking is None:
        return None
    names = [
        labels.units([tasking.unit]).get(tasking.unit, "") if tasking.unit else "",
        labels.accounts([tasking.account]).get(tasking.account, "") if tasking.account else "",
    ]
    return Given(
        " · ".join(name for name in names if name),
        tasking.starts_at,
        tasking.arrived_at,
        tasking.eta,
        tasking.distance_m,
    )


def _photos(matter_id: UUID) -> tuple[Photo, ...]:
    rows = (
        Attachment.objects.filter(matter=matter_id)
        .annotate(bare=Q(thumbnail__isnull=True))
        .values_list("id", "kind", "name", "made_at", "bare")
    )
    return tuple(Photo(key, kind, name, made, not bare) for key, kind, name, made, bare in rows)


def _one(key: UUID | None) -> Related | None:
    found = _related(Q(pk=key)) if key else ()
    return found[0] if found else None


def _related(wanted: Q) -> tuple[Related, ...]:
    rows = Matter.objects.filter(wanted).order_by("received_at")[:MOST_RELATED]
    return tuple(
        Related(
            row.pk,
            row.number,
            labels.kind_label(row.pack_id, row.kind),
            str(State(row.state).label),
            row.received_at,
        )
        for row in rows
    )


def _alike(facts: Facts) -> tuple[Related, ...]:
    """Matters that may be the same, on which nobody has said anything yet; the likest first."""
    pairs = Likeness.objects.filter(
        Q(matter=facts.id) | Q(other=facts.id), verdict=Likeness.Verdict.OPEN
    ).order_by("-likeness")[:MOST_RELATED]
    score = {
        pair.other_id if pair.matter_id == facts.id else pair.matter_id: pair.likeness
        for pair in pairs
    }
    rows = Matter.objects.filter(pk__in=score).select_related(None)
    found = [
        Related(
            row.pk,
            row.number,
            labels.kind_label(row.pack_id, row.kind),
            str(State(row.state).label),
            row.received_at,
            likeness=round(100 * score[row.pk]),
            can_join=State(row.state) in OPEN and row.realm == facts.realm,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: -(each.likeness or 0)))
