"""Which rules hold at a place and a moment: of the most specific pack, then of the latest.

Look-ups read no row while nothing changed: whether something did is asked of the database at most
once a second, and at once by the process that changed it. Rules are never older than that.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.codes import ancestor_codes
from kapok.errors import Refused
from kapok.packs.models import Pack
from kapok.packs.schema import (
    Checklist,
    HelpAsked,
    Hotline,
    Kind,
    NoticeText,
    PackBody,
    RiskLevel,
    Screening,
    Text,
    Value,
    WorkingTime,
    ZoneKind,
)

FRESH_S = 1.0
STAMP = "SELECT md5(string_agg(id::text || revision::text, ',' ORDER BY id)) FROM packs_pack"


@dataclass(frozen=True)
class PackRef:
    """Which version decided: stored with every decision."""

    id: UUID
    code: str
    version: int

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


@dataclass(frozen=True)
class Dated:
    """A pack in force, with its period."""

    ref: PackRef
    body: PackBody
    starts_at: datetime
    ends_at: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Whether its period holds a moment."""
        return self.starts_at <= moment and (self.ends_at is None or moment < self.ends_at)


@dataclass(frozen=True)
class Rules:
    """The rules at one place and moment; of things with one code, the first pack's holds.

    Attributes
    ----------
    packs
        The packs that hold there and then, the most specific first.
    """

    packs: tuple[Dated, ...]
    _kinds: dict[str, tuple[Kind, PackRef]] = field(repr=False)
    _zone_kinds: dict[str, tuple[ZoneKind, PackRef]] = field(repr=False)
    _values: dict[str, tuple[Value, PackRef]] = field(repr=False)

    def kind(self, code: str) -> tuple[Kind, PackRef]:
        """A kind of matter and the version that says it; ``Refused`` where there is none."""
        found = self._kinds.get(code)
        if found is None:
            raise Refused(
                _("No pack in force here has the kind “%(code)s”. Choose another kind.")
                % {"code": code}
            )
        return found

    def find(self, code: str) -> Kind | None:
        """A kind of matter, where there is one."""
        found = self._kinds.get(code)
        return found[0] if found else None

    def kinds(self) -> tuple[tuple[Kind, PackRef], ...]:
        """All kinds of matter, in the order of their packs."""
        return tuple(self._kinds.values())

    def zone_kind(self, code: str) -> tuple[ZoneKind, PackRef]:
        """A kind of zone and the version that says it; ``Refused`` where there is none."""
        found = self._zone_kinds.get(code)
        if found is None:
            raise Refused(
                _("No pack in force here has the kind of zone “%(code)s”. Choose another one.")
                % {"code": code}
            )
        return found

    def zone_kinds(self) -> tuple[tuple[ZoneKind, PackRef], ...]:
        """All kinds of zone."""
        return tuple(self._zone_kinds.values())

    def value(self, name: str) -> Value:
        """A named value; ``Refused`` where there is none."""
        return self.value_with_ref(name)[0]

    def value_with_ref(self, name: str) -> tuple[Value, PackRef]:
        """A named value and the version that says it; ``Refused`` where there is none."""
        found = self._values.get(name)
        if found is None:
            raise Refused(
                _("No pack in force here says “%(name)s”. Ask the administrator to add it.")
                % {"name": name}
            )
        return found

    @property
    def calendar(self) -> WorkingTime:
        """The working time of the most specific pack; ``Refused`` where there is no pack."""
        if not self.packs:
            raise Refused(_("No pack is in force here. Ask the administrator to put one in force."))
        return self.packs[0].body.calendar

    def calendar_of(self, ref: PackRef) -> WorkingTime:
        """The working time of the pack that says a kind: its clocks follow that one."""
        return next(dated.body.calendar for dated in self.packs if dated.ref == ref)

    def risk_levels(self) -> tuple[RiskLevel, ...]:
        """The levels of risk of the first pack that has any."""
        return next((d.body.risk_levels for d in self.packs if d.body.risk_levels), ())

    def checklist(self, code: str) -> Checklist | None:
        """The checklist of a code, where a pack has it."""
        return next((found for d in self.packs if (found := d.body.checklist(code))), None)

    def plain_rules(self) -> tuple[Text, ...]:
        """What everybody at the place is told in plain words, of all packs."""
        return tuple(rule for d in self.packs if d.body.portal for rule in d.body.portal.rules)

    def screening(self) -> tuple[Screening, PackRef] | None:
        """What households are asked about their health, and the version that says it."""
        for d in self.packs:
            if d.body.portal and d.body.portal.screening:
                return d.body.portal.screening, d.ref
        return None

    def help_asked(self) -> HelpAsked | None:
        """How residents ask for help."""
        portals = (d.body.portal for d in self.packs)
        return next((found.help for found in portals if found and found.help), None)

    def hotline(self) -> tuple[Hotline, PackRef] | None:
        """What workers at a line say and do, and the version that says it."""
        return next(((d.body.hotline, d.ref) for d in self.packs if d.body.hotline), None)

    def notices(self) -> tuple[NoticeText, ...]:
        """Texts to begin notices with; of those with one code, the first pack's."""
        found: dict[str, NoticeText] = {}
        for dated in self.packs:
            for text in dated.body.notices:
                found.setdefault(text.code, text)
        return tuple(found.values())

    def message(self, name: str) -> Text | None:
        """A message, where a pack has it."""
        return next((d.body.messages[name] for d in self.packs if name in d.body.messages), None)


@dataclass
class _Cache:
    """What this process knows of the packs in force, and when it last asked for news."""

    stamp: str | None = None
    checked_s: float = -1e9
    dated: tuple[Dated, ...] = ()
    jurisdictions: frozenset[int] = frozenset()
    boundaries: tuple[datetime, ...] = ()
    rules: dict[tuple[int, tuple[int, ...]], Rules] = field(default_factory=dict)
    bodies: dict[UUID, tuple[str, PackBody]] = field(default_factory=dict)
    database: str = ""


_CACHE = _Cache()
_LOCK = Lock()


def packs_at(place: int, moment: datetime) -> Rules:
    """The rules at a place and a moment."""
    cache = _fresh()
    where = tuple(code for code in ancestor_codes(place) if code in cache.jurisdictions)
    when = bisect_right(cache.boundaries, moment)
    found = cache.rules.get((when, where))
    if found is None:
        found = cache.rules[when, where] = _rules(cache.dated, frozenset(where), moment)
    return found


def pack(pack_id: UUID) -> PackBody:
    """The rules of one version, however old; ``Refused`` where there is none."""
    known = _CACHE.bodies.get(pack_id)
    if known is not None and _CACHE.database == connection.settings_dict["NAME"]:
        return known[1]
    found = Pack.objects.filter(pk=pack_id).first()
    if found is None:
        raise Refused(_("There is no such version of a pack. Look at the list of packs."))
    if found.state == Pack.State.DRAFT:
        return found.content()
    return _body(_CACHE, found)


def kind_of(pack_id: UUID, code: str) -> tuple[Kind, WorkingTime]:
    """A kind of one version, and the working time that its clocks follow."""
    body = pack(pack_id)
    kind = body.kind(code)
    if kind is None:
        raise Refused(_("That version of the pack has no kind “%(code)s”.") % {"code": code})
    return kind, body.calendar


def forget() -> None:
    """Look anew at the next question: what was changed here is seen here at once."""
    _CACHE.checked_s = -1e9


def _fresh() -> _Cache:
    if monotonic() - _CACHE.checked_s < FRESH_S:
        return _CACHE
    with _LOCK:
        _look_for_news()
    return _CACHE


def _look_for_news() -> None:
    """Read the packs again, if any changed. Rules are made anew then, so that none is mixed."""
    database = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        [stamp] = cursor.fetchone()
    if stamp != _CACHE.stamp or database != _CACHE.database:
        in_force = Pack.objects.filter(state=Pack.State.IN_FORCE)
        dated = tuple(_dated(_CACHE, row) for row in in_force)
        _CACHE.dated = dated
        _CACHE.jurisdictions = frozenset(found.body.jurisdiction for found in dated)
        _CACHE.boundaries = tuple(sorted(set(_moments(dated))))
        _CACHE.rules = {}
        _CACHE.stamp, _CACHE.database = stamp, database
    _CACHE.checked_s = monotonic()


def _moments(dated: tuple[Dated, ...]) -> Iterator[datetime]:
    for found in dated:
        yield found.starts_at
        if found.ends_at is not None:
            yield found.ends_at


def _dated(cache: _Cache, row: Pack) -> Dated:
    ref = PackRef(row.pk, row.code, row.version)
    return Dated(ref, _body(cache, row), row.valid_from, row.valid_to)


def _body(cache: _Cache, row: Pack) -> PackBody:
    """A body is read once: it never changes while its digest is the same."""
    known = cache.bodies.get(row.pk)
    if known is None or known[0] != row.sha256:
        known = cache.bodies[row.pk] = row.sha256, row.content()
    return known[1]


def _rules(dated: tuple[Dated, ...], where: frozenset[int], moment: datetime) -> Rules:
    """The rules of the packs over some areas, at a moment."""
    here = [d for d in dated if d.body.jurisdiction in where and d.holds_at(moment)]
    return rules_of(tuple(sorted(here, key=_before, reverse=True)))


def _before(dated: Dated) -> tuple[int, datetime, str]:
    """Codes are nested and padded with zeros, so that a smaller area has the greater code."""
    return dated.body.jurisdiction, dated.starts_at, dated.ref.code


def with_pack(rules: Rules, dated: Dated) -> Rules:
    """The rules as they would be with one more pack in the place of its other versions."""
    others = [other for other in rules.packs if other.ref.code != dated.ref.code]
    return rules_of(tuple(sorted([*others, dated], key=_before, reverse=True)))


def rules_of(packs: tuple[Dated, ...]) -> Rules:
    """The rules of packs, the first of which holds where several say something."""
    kinds: dict[str, tuple[Kind, PackRef]] = {}
    zone_kinds: dict[str, tuple[ZoneKind, PackRef]] = {}
    values: dict[str, tuple[Value, PackRef]] = {}
    for dated in packs:
        for kind in dated.body.kinds:
            kinds.setdefault(kind.code, (kind, dated.ref))
        for zone_kind in dated.body.zone_kinds:
            zone_kinds.setdefault(zone_kind.code, (zone_kind, dated.ref))
        for name, value in dated.body.values.items():
            values.setdefault(name, (value, dated.ref))
    return Rules(packs, kinds, zone_kinds, values)
