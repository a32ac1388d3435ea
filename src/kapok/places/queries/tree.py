"""The area tree with its counts."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q

from kapok.codes import DIGITS, Level, ancestor_codes, division, padded, span
from kapok.places.models import Area, DrawnGrid, in_language

COUNTS = """
    SELECT asked.low, areas.communities, areas.grids, buildings.n, buildings.households,
        buildings.without_grid
    FROM unnest(%s::bigint[], %s::bigint[]) AS asked (low, high)
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE level = 'COMMUNITY') AS communities,
            count(*) FILTER (WHERE level = 'GRID') AS grids
        FROM places_area
        WHERE code >= asked.low AND code < asked.high AND valid_to IS NULL
    ) AS areas
    CROSS JOIN LATERAL (
        SELECT count(*) AS n, coalesce(sum(households), 0) AS households,
            count(*) FILTER (WHERE place %% 1000 = 0) AS without_grid
        FROM places_building
        WHERE place >= asked.low AND place < asked.high AND gone_at IS NULL
    ) AS buildings
"""


@dataclass(frozen=True)
class Crumb:
    """One step of the way down to an area."""

    code: int
    level: str
    name: str


@dataclass(frozen=True)
class AreaNode:
    """An area and how much lies in it.

    ``division`` is the code without padding, as people write it.
    """

    code: int
    division: str
    level: str
    level_label: str
    name: str
    name_zh: str
    name_en: str
    n_communities: int
    n_grids: int
    n_buildings: int
    n_without_grid: int
    households: int

    @property
    def has_children(self) -> bool:
        """Whether the tree goes on below; it ends at the community."""
        return self.level != Level.COMMUNITY and self.n_communities > 0


def node(code: int) -> AreaNode | None:
    """One standing area, or ``None``."""
    nodes = _nodes(Q(code=code))
    return nodes[0] if nodes else None


def children(code: int | None = None) -> tuple[AreaNode, ...]:
    """The standing areas directly below, without grids; the provinces when no code is given."""
    if code is None:
        return _nodes(Q(parent=None))
    return _nodes(Q(parent__code=code) & ~Q(level=Level.GRID))


def breadcrumb(code: int) -> tuple[Crumb, ...]:
    """The way from the province down to an area, itself included."""
    rows = Area.objects.filter(code__in=ancestor_codes(code)).values_list(
        "code", "level", "name_zh", "name_en"
    )
    return tuple(Crumb(code, level, in_language(zh, en)) for code, level, zh, en in rows)


def find(text: str, *, at_most: int = 20) -> tuple[Crumb, ...]:
    """Standing areas whose name contains ``text``, or whose code begins with it, largest first."""
    text = text.strip()
    if not text:
        return ()
    wanted = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    if text.isascii() and text.isdigit() and 2 <= len(text) <= 15 and text[0] != "0":
        first = padded(text)
        wanted |= Q(code__gte=first, code__lt=first + 10 ** (15 - len(text)))
    found = Area.objects.filter(wanted, valid_to=None).exclude(level=Level.GRID)
    rows = found.values_list("code", "level", "name_zh", "name_en")
    ordered = sorted(
        rows[: 10 * at_most],
        key=lambda row: ([level.value for level in Level].index(row[1]), row[0]),
    )
    return tuple(
        Crumb(code, level, in_language(zh, en)) for code, level, zh, en in ordered[:at_most]
    )


def find_grid(text: str) -> tuple[int, UUID] | None:
    """The code and the drawn grid of a grid in force, by all 15 digits of its code."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) == DIGITS):
        return None
    code = int(text)
    grid_id = DrawnGrid.objects.in_force().filter(code=code).values_list("pk", flat=True).first()
    return (code, grid_id) if grid_id else None


def _nodes(wanted: Q) -> tuple[AreaNode, ...]:
    """Nodes by code, in two queries."""
    areas = list(
        Area.objects.filter(wanted, valid_to=None).values_list(
            "code", "level", "name_zh", "name_en"
        )
    )
    if not areas:
        return ()
    low, high = zip(*(span(code, level) for code, level, _, _ in areas), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [list(low), list(high)])
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    nodes = []
    for code, level, name_zh, name_en in areas:
        communities, n_grids, n, households, without_grid = counts[code]
        nodes.append(
            AreaNode(
                code=code,
                division=division(code, level),
                level=level,
                level_label=str(Level(level).label),
                name=in_language(name_zh, name_en),
                name_zh=name_zh,
                name_en=name_en,
                n_communities=communities,
                n_grids=n_grids,
                n_buildings=n,
                n_without_grid=without_grid,
                households=int(households),
            )
        )
    return tuple(nodes)
