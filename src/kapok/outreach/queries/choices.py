"""What can be chosen in forms: the areas of who acts, and kinds that answers become."""

from datetime import datetime

from kapok.access.scope import current
from kapok.codes import WIDTH, Level
from kapok.packs import look_up
from kapok.packs.schema import Door
from kapok.places.models import Area

MOST = 400
BELOW = {
    Level.PROVINCE: Level.CITY,
    Level.CITY: Level.DISTRICT,
    Level.DISTRICT: Level.STREET,
    Level.STREET: Level.COMMUNITY,
    Level.COMMUNITY: Level.GRID,
}
Choice = tuple[str, str]


def areas() -> list[Choice]:
    """The areas of who acts and those one level below, as ``code:level`` with their names."""
    found: dict[str, str] = {}
    for lo, hi in current().ranges:
        level = next((each for each in Level if WIDTH[each] == hi - lo), None)
        wanted = [each for each in (level, BELOW.get(level) if level else None) if each]
        inside = Area.objects.filter(
            code__gte=lo, code__lt=hi, level__in=wanted, valid_to=None
        ).order_by("code")[:MOST]
        for area in inside:
            indent = "" if area.level == level else "  "
            found[f"{area.code}:{area.level}"] = f"{indent}{area.name}"
    return list(found.items())


def answer_kinds(place: int, at: datetime) -> list[Choice]:
    """Kinds of matter that residents may report there."""
    rules = look_up.packs_at(place, at)
    return [
        (kind.code, kind.label.here())
        for kind, _ref in rules.kinds()
        if Door.PORTAL in kind.doors and kind.why is None
    ]


def texts(place: int, at: datetime) -> list[Choice]:
    """Texts of the packs in force to begin with."""
    return [(each.code, each.label.here()) for each in look_up.packs_at(place, at).notices()]
