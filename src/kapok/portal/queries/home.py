"""Everything that a community's page shows: the same for whoever opens it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.codes import WIDTH, Level
from kapok.packs import look_up
from kapok.portal import notices, numbers
from kapok.portal.notices import Notice
from kapok.portal.numbers import Number
from kapok.portal.queries.doorways import Here
from kapok.zones.models import Zone
from kapok.zones.queries import covering, hanging


@dataclass(frozen=True)
class Rules:
    """A zone that holds here, in plain words.

    Attributes
    ----------
    where
        The part of the community that it covers; empty where it is all of it.
    """

    name: str
    kind: str
    until: datetime
    rules: tuple[str, ...]
    ways: tuple[str, ...]
    release: str
    where: str


@dataclass(frozen=True)
class Need:
    """Something that somebody may ask for."""

    code: str
    label: str


@dataclass(frozen=True)
class Home:
    """The page."""

    here: Here
    notices: tuple[Notice, ...]
    zones: tuple[Rules, ...]
    rules: tuple[str, ...]
    needs: tuple[Need, ...]
    screening: str
    numbers: tuple[Number, ...]
    at: datetime


def home(here: Here, *, at: datetime) -> Home:
    """What the page of a short address shows at a moment."""
    rules = look_up.packs_at(here.place, at)
    screening = rules.screening()
    return Home(
        here=here,
        notices=notices.read(here.place, at=at),
        zones=zones_here(here, at=at),
        rules=tuple(text.here() for text in rules.plain_rules()),
        needs=needs(here.place, at=at),
        screening=screening[0].title.here() if screening else "",
        numbers=numbers.announced(here.place, at=at),
        at=localtime(at),
    )


def needs(place: int, *, at: datetime) -> tuple[Need, ...]:
    """What can be asked for at a place."""
    rules = look_up.packs_at(place, at)
    asked = rules.help_asked()
    kind = rules.find(asked.kind) if asked else None
    question = kind.report_form.field(asked.question) if kind and asked else None
    if question is None:
        return ()
    return tuple(Need(option.code, option.label.here()) for option in question.options)


def zones_here(here: Here, *, at: datetime) -> tuple[Rules, ...]:
    """The zones that touch a community now, the strictest first."""
    lo, hi = here.community, here.community + WIDTH[Level.COMMUNITY]
    rows = [zone for zone in covering.in_force(at) if _touches(zone, lo, hi)]
    rows.sort(key=lambda zone: (-zone.strictness, zone.starts_at))
    return tuple(_rules(zone, lo, hi) for zone in rows)


def _touches(zone: Zone, lo: int, hi: int) -> bool:
    return any(start < hi and lo < end for start, end in zone.touches)


def _rules(zone: Zone, lo: int, hi: int) -> Rules:
    kind = hanging.kind_of(zone.pack_id, zone.kind)
    is_whole = any(start <= lo and hi <= end for start, end in zone.whole)
    return Rules(
        name=zone.name,
        kind=kind.label.here(),
        until=localtime(zone.until),
        rules=tuple(rule.here() for rule in kind.rules),
        ways=tuple(way.label.here() for way in kind.exits if way.always_open),
        release=kind.release.here() if kind.release else "",
        where="" if is_whole else _("in a part of this community"),
    )
