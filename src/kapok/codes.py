"""Place codes: 15 nested digits that say where something is (see docs/glossary.md).

Province 2, city 2, district 2, street 3, community 3, grid 3. A larger area's code is padded with
zeros; its level is stored beside it, never inferred, because some cities have no districts.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

DIGITS = 15
GRIDS = range(1, 800)
SPECIAL_GRIDS = range(800, 1000)


class Level(models.TextChoices):
    """Levels of the area tree, largest first."""

    PROVINCE = "PROVINCE", _("Province")
    CITY = "CITY", _("City")
    DISTRICT = "DISTRICT", _("District")
    STREET = "STREET", _("Street")
    COMMUNITY = "COMMUNITY", _("Community")
    GRID = "GRID", _("Grid")


WIDTH = {
    Level.PROVINCE: 10**13,
    Level.CITY: 10**11,
    Level.DISTRICT: 10**9,
    Level.STREET: 10**6,
    Level.COMMUNITY: 10**3,
    Level.GRID: 1,
}
SIGNIFICANT = {
    Level.PROVINCE: 2,
    Level.CITY: 4,
    Level.DISTRICT: 6,
    Level.STREET: 9,
    Level.COMMUNITY: 12,
    Level.GRID: 15,
}


def padded(division: str) -> int:
    """The place code of a division code of 2 to 15 digits, as ``440103`` or ``440103022001``.

    Raises ``ValueError`` when it holds anything but digits, is too long, or starts with a zero.
    """
    if not division.isascii() or not division.isdigit() or not 2 <= len(division) <= DIGITS:
        raise ValueError(f"“{division}” is not a division code of 2 to {DIGITS} digits.")
    if division.startswith("0"):
        raise ValueError(f"“{division}” starts with a zero; division codes do not.")
    return int(division.ljust(DIGITS, "0"))


def division(code: int, level: str) -> str:
    """The code without its padding, as people write it: ``440103022`` for a street."""
    return str(code)[: SIGNIFICANT[Level(level)]]


def span(code: int, level: str) -> tuple[int, int]:
    """The half-open range ``lo <= place < hi`` of everything inside an area."""
    return code, code + WIDTH[Level(level)]


def community_of(place: int) -> int:
    """The code of the community that a grid or building code lies in."""
    return place - place % WIDTH[Level.COMMUNITY]


def ancestor_codes(code: int) -> list[int]:
    """Codes that the areas around ``code`` can have, largest first, ``code`` itself included.

    Levels without an area of their own (a city without districts) give codes that no area has.
    """
    padded_codes = [code - code % width for width in WIDTH.values()]
    return sorted(set(padded_codes))
