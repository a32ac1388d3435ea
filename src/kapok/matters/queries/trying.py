"""New rules tried on the matters of a day: counts, and the matters behind each of them.

Nothing is written. What rules decide by is read in the name of the box, inside the area of the pack
and of who tries it, and shown to nobody: who tries sees counts, and of the matters behind them
those that they may see anyway. Of realms that are not their own nothing is told that few matters
stand behind, not even that there are any. Answers about somebody (``personal`` in the form) are not
read at all, so that no condition can be written to find them out.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.fields import Ranges
from kapok.access.roles import Permission, Realm
from kapok.codes import WIDTH, Level
from kapok.errors import Refused
from kapok.matters.engine import asking
from kapok.matters.engine.trial import Change, Part, Trial, Tried
from kapok.matters.models import Matter, MatterEvent, Report
from kapok.matters.queries.desk import queue
from kapok.matters.queries.tried_hands import hand_of
from kapok.packs import look_up
from kapok.packs.differences import Difference, MatterFacts, differences
from kapok.packs.look_up import Dated, PackRef, Rules
from kapok.packs.schema import Kind, PackBody

MOST = 100_000
FEWEST_TOLD = 10  # of realms that are not one's own, as on the board
MOST_SHOWN = 200
READ = ("id", "kind", "realm", "place", "door", "outcome", "received_at")
NOT_KEPT = UUID(int=0)  # the key of a text that is no version of a pack yet


@dataclass(frozen=True)
class Row:
    """Changes that are alike.

    Attributes
    ----------
    key
        Names the row in an address.
    n
        How many matters.
    n_late
        For a clock: how many were late, and how many would have been.
    """

    key: str
    part: Part
    kind: str
    what: str
    before: str
    after: str
    n: int
    n_late: tuple[int, int] | None
    ids: frozenset[UUID]


@dataclass(frozen=True)
class Found:
    """What would have been otherwise on a day.

    Rows and counts leave out what is of a realm that is not one's own where it is too few.
    """

    day: date
    title: str
    code: str
    n_matters: int
    n_differing: int
    kinds_new: tuple[str, ...]
    kinds_gone: tuple[str, ...]
    rows: tuple[Row, ...]

    def row(self, key: str) -> Row | None:
        """The row of a key."""
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True)
class Behind:
    """The matters behind a row that may be seen, and how many may not."""

    row: Row
    lines: tuple[queue.Line, ...]
    n_hidden: int


def yesterday(at: datetime) -> date:
    """The day that is tried where none is chosen."""
    return timezone.localtime(at).date() - timedelta(days=1)


def try_on(body: PackBody, *, day: date, at: datetime) -> Found:
    """What the rules of a pack would have changed on a day, over the places of who tries it."""
    who = scope.current()
    if not who.can(Permission.PACK_PUT_IN_FORCE):
        who = scope.require(Permission.PACK_EDIT)
    if day > timezone.localtime(at).date():
        raise Refused(_("That day is still to come. Choose a day that was."))
    start = datetime.combine(day, time(), timezone.get_current_timezone())
    ranges = _inside(body, who.ranges)
    with scope.acting(scope.of_trial(at=at, ranges=ranges)):
        rows = _matters(start, start + timedelta(days=1))
        changes = list(_changes(body, rows, at=at))
    realms = frozenset(Realm) if who.role == "box" else who.realms
    before = look_up.packs_at(body.jurisdiction, start)
    after = look_up.with_pack(before, _dated(body, at))
    told = tuple(_rows(changes, realms))
    return Found(
        day=day,
        title=body.title.here(),
        code=body.code,
        n_matters=_told([str(row["realm"]) for row in rows], realms),
        n_differing=len({key for row in told for key in row.ids}),
        kinds_new=_only_in(after, before),
        kinds_gone=_only_in(before, after),
        rows=told,
    )


def behind(found: Found, key: str, *, at: datetime) -> Behind | None:
    """The matters behind a count, as far as whoever acts sees them."""
    row = found.row(key)
    if row is None:
        return None
    seen: list[dict[str, Any]] = []
    if scope.can(Permission.MATTER_VIEW):
        mine: QuerySet[Matter] = Matter.objects.filter(pk__in=row.ids).order_by("received_at", "id")
        n_seen = mine.count()
        seen = list(mine.values(*queue.COLUMNS)[:MOST_SHOWN])
    else:
        n_seen = 0
    return Behind(row, queue.lines_from(seen, at), row.n - n_seen)


def _inside(body: PackBody, ranges: Ranges) -> Ranges:
    """The places of the pack that are places of who tries it."""
    first = body.jurisdiction
    level = next(level for level in Level if first % WIDTH[level] == 0)
    last = first + WIDTH[level]
    found = tuple((max(lo, first), min(hi, last)) for lo, hi in ranges if lo < last and first < hi)
    if not found:
        raise Refused(
            _("The pack is for another area than yours. Give it a jurisdiction in your places.")
        )
    return found


def _matters(start: datetime, end: datetime) -> list[dict[str, Any]]:
    who = scope.current()
    rows: list[dict[str, Any]] = []
    for lo, hi in who.ranges:
        here = Matter.objects.filter(
            place__gte=lo, place__lt=hi, received_at__gte=start, received_at__lt=end
        )
        rows += list(here.order_by("id").values(*READ)[: MOST + 1])
    if len(rows) > MOST:
        raise Refused(
            _("More than %(n)s matters came in on that day. Try the pack for a smaller area.")
            % {"n": MOST}
        )
    return rows


def _changes(body: PackBody, rows: list[dict[str, Any]], *, at: datetime) -> Iterable[Change]:
    dated = _dated(body, at)
    changed: dict[int, tuple[Rules, Rules]] = {}
    groups: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        old = look_up.packs_at(row["place"], row["received_at"])
        if id(old) not in changed:
            changed[id(old)] = old, look_up.with_pack(old, dated)
        groups[id(old)].append(row)
    for key, group in groups.items():
        old, new = changed[key]
        touched = [row for row in group if _is_touched(row["kind"], old, new)]
        tried = _tried(touched, old, new)
        hand = hand_of({each.facts.place["code"] for each in tried}, _kinds(touched), at=at)
        found = {
            each.matter: each
            for each in differences(old, new, [each.facts for each in tried]).differing
        }
        for each in tried:
            difference: Difference | None = found.get(each.facts.id)
            yield from Trial(each, old, new, at, hand).changes(difference)


def _kinds(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {row["kind"] for row in rows}


def _is_touched(code: str, old: Rules, new: Rules) -> bool:
    """Whether anything of a kind is otherwise; most kinds of a day are not."""
    before, after = old.find(code), new.find(code)
    if before is None:
        return False
    if before != after or after is None:
        return True
    return old.calendar_of(old.kind(code)[1]) != new.calendar_of(new.kind(code)[1])


def _tried(rows: list[dict[str, Any]], old: Rules, new: Rules) -> list[Tried]:
    ids = [row["id"] for row in rows]
    answers = dict(
        Report.objects.filter(matter__in=ids)
        .order_by("matter_id", "received_at")
        .distinct("matter_id")
        .values_list("matter_id", "answers")
    )
    reached: defaultdict[UUID, dict[str, datetime]] = defaultdict(dict)
    entries = MatterEvent.objects.filter(matter__in=ids).order_by()
    for matter, move, state, moment in entries.values_list("matter_id", "move", "after").annotate(
        first=Min("received_at")
    ):
        known = reached[matter]
        for name in (move, state):
            known[name] = min(moment, known.get(name, moment))
    about = {code: _personal(old.find(code), new.find(code)) for code in _kinds(rows)}
    return [
        Tried(
            _facts(row, answers.get(row["id"], {}), about[row["kind"]]),
            row["realm"],
            row["outcome"],
            reached[row["id"]],
        )
        for row in rows
    ]


def _facts(row: dict[str, Any], answers: dict[str, Any], about: frozenset[str]) -> MatterFacts:
    return MatterFacts(
        id=row["id"],
        kind=row["kind"],
        reported_at=row["received_at"],
        answers={name: answer for name, answer in answers.items() if name not in about},
        place=asking.place_of(row["place"]),
        matter={"kind": row["kind"], "door": row["door"]},
        withheld=frozenset(answers) & about,
    )


def _personal(*kinds: Kind | None) -> frozenset[str]:
    """Names of questions whose answers are about somebody, by the old rules or by the new ones."""
    return frozenset(
        field.name for kind in kinds if kind for field in kind.report_form.fields if field.personal
    )


def _dated(body: PackBody, at: datetime) -> Dated:
    """The text as if it held: later than all that holds, as it will be when it is put in force."""
    return Dated(PackRef(NOT_KEPT, body.code, 0), body, at, None)


def _only_in(one: Rules, other: Rules) -> tuple[str, ...]:
    return tuple(kind.label.here() for kind, _ref in one.kinds() if other.find(kind.code) is None)


def _told(of_each: Iterable[str], realms: frozenset[Realm]) -> int:
    """How many matters came in, without those of a realm not one's own that are too few."""
    counts = Counter(of_each)
    return sum(n for realm, n in counts.items() if realm in realms or n >= FEWEST_TOLD)


def _rows(changes: list[Change], realms: frozenset[Realm]) -> Iterable[Row]:
    groups: defaultdict[tuple[Any, ...], list[Change]] = defaultdict(list)
    for change in changes:
        alike = (change.part, change.kind, change.what, change.before, change.after)
        groups[alike].append(change)
    n_told = 0  # keys count what is told alone: a gap would tell the rest
    for alike in sorted(groups, key=lambda each: (_turn(each), each)):
        group = groups[alike]
        ids = frozenset(change.matter for change in group)
        if group[0].realm not in realms and len(ids) < FEWEST_TOLD:
            continue  # a condition may be about one house: that there is any would be told
        n_told += 1
        part, kind, what, before, after = alike
        late = (sum(each.late[0] for each in group), sum(each.late[1] for each in group))
        yield Row(
            key=f"{part}-{n_told}",
            part=part,
            kind=kind,
            what=what,
            before=before,
            after=after,
            n=len(ids),
            n_late=late if part == Part.CLOCK else None,
            ids=ids,
        )


def _turn(alike: tuple[Any, ...]) -> int:
    return list(Part).index(alike[0])
