"""Put a proposal in force: new versions, codes that go on, new codes, and every building's place.

The living rows of later apps (people, open matters) follow their building: each of those apps has a
trigger on the buildings that re-homes its own rows in the same transaction (docs/adr/0013).
"""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.codes import span
from kapok.errors import Refused
from kapok.places import adapter, areas, bulk, workflow
from kapok.places.models import Area, Drawing, DrawnGrid, GridVersion
from kapok.places.succession import Succession, give_new_codes, members_of, successions_of


class ProposalIsStale(Refused):
    """What the proposal started from has changed."""


@transaction.atomic
def publish(*, drawing_id: UUID, by: User | None, at: datetime) -> list[GridVersion]:
    """Put an open proposal in force, in all its communities at once.

    A grid that is locked, or that shares at least half of the households of both with its best
    match, keeps its code; the others get codes that were never used before. Communities in which
    nothing changes keep their version. Refused when buildings, barriers or versions changed since
    the proposal was made, when a locked grid would change, and when no grid is within the bounds.
    """
    area = areas.drawable(Drawing.objects.values_list("place").get(pk=drawing_id)[0])
    areas.lock_communities(area)
    drawing = Drawing.objects.select_for_update().get(pk=drawing_id)
    drawing.status = workflow.after(drawing.status, "publish")
    _refuse_stale(drawing, area, at)

    members = members_of(drawing)
    _refuse_absurd_bounds(drawing, members)
    successions = _changes(successions_of(drawing, members), members)
    if not successions:
        raise Refused(_("This proposal changes nothing; what it shows is in force already."))
    give_new_codes(successions, members)
    _store_codes(successions, members)
    _change_areas(drawing, successions, at)
    _re_home(drawing)
    versions = _begin_versions(drawing, successions, by=by, at=at)
    drawing.closed_by, drawing.closed_at = by, at
    drawing.save(update_fields=["status", "closed_by", "closed_at"])
    return versions


def _refuse_stale(drawing: Drawing, area: Area, at: datetime) -> None:
    """Refuse when the ground has changed since the proposal was made."""
    now = areas.versions_in_force(area)
    then = {int(code): number for code, number in drawing.based_on.items()}
    changed = [code for code in now if now[code] != then.get(code)]
    if changed:
        raise ProposalIsStale(
            _("Other grids were published since in %(areas)s. Draw this proposal again.")
            % {"areas": areas.names(changed)}
        )
    if adapter.load_town(area, crs=drawing.crs).inputs_sha256 != drawing.inputs_sha256:
        raise ProposalIsStale(
            _(
                "Buildings, barriers or boundaries of %(area)s changed since this proposal was "
                "made. Draw it again."
            )
            % {"area": area.name}
        )
    low, high = span(area.code, area.level)
    begun = GridVersion.objects.filter(
        community__gte=low, community__lt=high, valid_to=None, valid_from__gt=at
    )
    if begun.exists():
        raise Refused(_("The grids in force begin later than that. Check the date and the clock."))


def _refuse_absurd_bounds(drawing: Drawing, members: list[DrawnGrid]) -> None:
    """Refuse a proposal whose bounds not one grid meets; its codes would be used up for nothing."""
    if not any(drawing.low <= each.households <= drawing.high for each in members):
        raise Refused(
            _(
                "No grid of this proposal has %(low)d to %(high)d households. Draw it again with "
                "numbers that fit the buildings."
            )
            % {"low": drawing.low, "high": drawing.high}
        )


def _changes(successions: dict[int, Succession], members: list[DrawnGrid]) -> dict[int, Succession]:
    """The communities in which something changes; refuses where that is a locked grid."""
    low, high = min(successions), max(successions)
    in_force = {
        grid.code: grid
        for grid in DrawnGrid.objects.in_force()
        .filter(community__gte=low, community__lte=high)
        .defer("shape")
        if grid.code is not None
    }
    changes = {}
    for community, succession in successions.items():
        whole = _whole_codes(succession)
        _refuse_locked(succession, whole, in_force)
        same = (
            whole == succession.former
            and len(succession.shares) == len(whole)
            and all(
                _same_measures(members[index], in_force[code])
                for index, code in succession.codes.items()
            )
        )
        if not same:
            changes[community] = succession
    return changes


def _whole_codes(succession: Succession) -> set[int]:
    """Codes of grids that have the same buildings before and after."""
    grids_of, codes_of = defaultdict(set), defaultdict(set)
    for share in succession.shares:
        grids_of[share.code].add(share.grid)
        codes_of[share.grid].add(share.code)
    return {
        code
        for code, found in grids_of.items()
        if code > 0 and len(found) == 1 and codes_of[next(iter(found))] == {code}
    }


def _same_measures(drawn: DrawnGrid, in_force: DrawnGrid) -> bool:
    """Whether nothing that is stored about a grid changed either."""
    return (drawn.households, drawn.residents, drawn.n_buildings) == (
        in_force.households,
        in_force.residents,
        in_force.n_buildings,
    )


def _refuse_locked(succession: Succession, whole: set[int], in_force: dict[int, DrawnGrid]) -> None:
    """Refuse when a locked grid would gain a building, or lose one that still stands."""
    standing = {share.code for share in succession.shares}
    for code in sorted((succession.former & standing) - whole):
        if in_force[code].locked:
            raise ProposalIsStale(
                _("Grid %(code)s is locked and would change. Unlock it, or draw again.")
                % {"code": code}
            )


def _store_codes(successions: dict[int, Succession], members: list[DrawnGrid]) -> None:
    """Write the code of each grid that begins or goes on."""
    pairs = [
        (members[index].pk, code)
        for succession in successions.values()
        for index, code in succession.codes.items()
    ]
    bulk.copy_to_temporary("given_codes", DrawnGrid, ["id", "code"], pairs)
    with connection.cursor() as cursor:
        cursor.execute(  # first away with what a copy of the former grids brought along
            "UPDATE places_drawngrid AS grid SET code = NULL FROM given_codes AS given "
            "WHERE grid.id = given.id AND grid.code <> given.code"
        )
        cursor.execute(
            """
            UPDATE places_drawngrid AS grid SET code = given.code,
                locked = coalesce(former.locked, false),
                locked_by_id = former.locked_by_id, locked_at = former.locked_at
            FROM given_codes AS given
            LEFT JOIN (
                SELECT grid.code, grid.locked, grid.locked_by_id, grid.locked_at
                FROM places_drawngrid AS grid
                JOIN places_gridversion AS version USING (drawing_id, community)
                WHERE version.valid_to IS NULL
            ) AS former ON former.code = given.code
            WHERE grid.id = given.id
            """
        )


def _change_areas(drawing: Drawing, successions: dict[int, Succession], at: datetime) -> None:
    """Areas of grids begin, get their new boundary, or are retired."""
    retired = [code for each in successions.values() for code in each.retired]
    Area.objects.filter(code__in=retired).update(valid_to=at)
    begun = [code for each in successions.values() for code in each.new]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE places_area AS area SET boundary = grid.shape
            FROM places_drawngrid AS grid
            WHERE grid.drawing_id = %s AND area.code = grid.code
              AND area.boundary IS DISTINCT FROM grid.shape
            """,
            [drawing.pk],
        )
        cursor.execute(
            """
            INSERT INTO places_area
                (id, code, level, parent_id, name_zh, name_en, boundary, source, valid_from)
            SELECT uuidv7(), grid.code, 'GRID', parent.id, '第' || grid.code %% 1000 || '网格',
                'Grid ' || grid.code %% 1000, grid.shape, '', %s
            FROM places_drawngrid AS grid JOIN places_area AS parent ON parent.code = grid.community
            WHERE grid.drawing_id = %s AND grid.code = ANY(%s)
            """,
            [at, drawing.pk, begun],
        )


def _re_home(drawing: Drawing) -> None:
    """Give every building of the proposal the code of its grid as its place."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE places_building AS building SET place = grid.code
            FROM places_placement AS placement
            JOIN places_drawngrid AS grid ON grid.id = placement.grid_id
            WHERE placement.drawing_id = %s AND building.id = placement.building_id
              AND grid.code IS NOT NULL AND building.place <> grid.code
            """,
            [drawing.pk],
        )


def _begin_versions(
    drawing: Drawing, successions: dict[int, Succession], *, by: User | None, at: datetime
) -> list[GridVersion]:
    """End the versions in force and begin new ones."""
    communities = sorted(successions)
    ending = GridVersion.objects.filter(community__in=communities, valid_to=None)
    ever = GridVersion.objects.filter(community__in=communities).order_by()
    numbers = dict(ever.values_list("community").annotate(Max("number")))
    ending.update(valid_to=at)
    return GridVersion.objects.bulk_create(
        GridVersion(
            community=code,
            number=numbers.get(code, 0) + 1,
            drawing=drawing,
            valid_from=at,
            published_by=by,
            n_grids=len(each.codes),
            n_kept=len(each.kept),
            n_new=len(each.new),
            n_retired=len(each.retired),
            moved_buildings=sum(share.buildings for share in each.moved),
            moved_households=sum(share.households for share in each.moved),
        )
        for code, each in ((code, successions[code]) for code in communities)
    )
