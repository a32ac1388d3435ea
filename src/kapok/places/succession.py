"""Which drawn grids go on as which grids in force, and the codes that the others get."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.codes import GRIDS, Level, span
from kapok.errors import Refused
from kapok.places import areas
from kapok.places.matching import Share, codes_that_go_on
from kapok.places.models import Area, Drawing, DrawnGrid


class OutOfCodes(Refused):
    """A community has used all its grid codes."""


@dataclass
class Succession:
    """What becomes of the grids of one community."""

    community: int
    shares: list[Share] = field(default_factory=list)
    codes: dict[int, int] = field(default_factory=dict)  # place code by index of the drawn grid
    former: set[int] = field(default_factory=set)  # codes in force until now

    @property
    def kept(self) -> set[int]:
        """Codes that go on."""
        return self.former & set(self.codes.values())

    @property
    def new(self) -> set[int]:
        """Codes that begin."""
        return set(self.codes.values()) - self.former

    @property
    def retired(self) -> set[int]:
        """Codes that end."""
        return self.former - set(self.codes.values())

    @property
    def moved(self) -> list[Share]:
        """Buildings that change from one grid to another."""
        return [each for each in self.shares if 0 < each.code != self.codes[each.grid]]


def members_of(drawing: Drawing) -> list[DrawnGrid]:
    """The grids of a drawing in their order, without their shapes."""
    return list(drawing.grids.defer("shape").order_by("community", "number"))


def successions_of(drawing: Drawing, members: list[DrawnGrid]) -> dict[int, Succession]:
    """Which grids of a drawing go on as which in force, by community; new codes are not yet given.

    Keys of ``codes`` are indices into ``members``.
    """
    low, high = span(drawing.place, drawing.level)
    successions: dict[int, Succession] = {}

    def of(community: int) -> Succession:
        return successions.setdefault(community, Succession(community))

    index_of = {member.pk: index for index, member in enumerate(members)}
    for place, grid_id, households, buildings in _shares(drawing):
        index = index_of[grid_id]
        community = members[index].community
        has_grid = community < place < community + 1000
        share = Share(place if has_grid else 0, index, households, buildings)
        of(community).shares.append(share)
    in_force = Area.objects.filter(level=Level.GRID, valid_to=None, code__gte=low, code__lt=high)
    for code in in_force.values_list("code", flat=True):
        of(code - code % 1000).former.add(code)
    locked: dict[int, dict[int, int]] = defaultdict(dict)
    for index, member in enumerate(members):
        if member.locked and member.code is not None:
            locked[member.community][index] = member.code
    for community, succession in successions.items():
        succession.codes = codes_that_go_on(succession.shares, locked=locked[community])
    return successions


def _shares(drawing: Drawing) -> list[tuple[int, UUID, int, int]]:
    """Place now, drawn grid, households and buildings of all pairs of the two."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT building.place, placement.grid_id, sum(building.households), count(*)
            FROM places_placement AS placement
            JOIN places_building AS building ON building.id = placement.building_id
            WHERE placement.drawing_id = %s
            GROUP BY building.place, placement.grid_id
            """,
            [drawing.pk],
        )
        return cursor.fetchall()


def give_new_codes(successions: dict[int, Succession], members: list[DrawnGrid]) -> None:
    """The codes after the highest ever used, in the order of numbers."""
    highest = _highest_ever(successions)
    for index, member in enumerate(members):
        succession = successions.get(member.community)
        if succession is None or index in succession.codes:
            continue
        following = highest.get(member.community, member.community) + 1
        if following % 1000 not in GRIDS:
            raise OutOfCodes(
                _(
                    "%(area)s has used all its %(n)d grid codes, and codes are never used twice. "
                    "Keep more of its grids as they are, or ask for a second community code."
                )
                % {"area": areas.names([member.community]), "n": len(GRIDS)}
            )
        highest[member.community] = succession.codes[index] = following


def _highest_ever(successions: dict[int, Succession]) -> dict[int, int]:
    """Highest code of an ordinary grid that each community ever had."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT code - code %% 1000, max(code) FROM places_area
            WHERE level = 'GRID' AND code %% 1000 < %s AND code >= %s AND code < %s
            GROUP BY 1
            """,
            [GRIDS.stop, min(successions), max(successions) + 1000],
        )
        return dict(cursor.fetchall())
