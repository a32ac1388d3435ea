"""Moves by hand: what they change at once, and what they refuse."""

import pytest
import shapely
from tests import factories
from tests.small_town import HILLSIDE, NOON, RIVERSIDE, STREET

from kapok.errors import Refused
from kapok.places import adapter, operations
from kapok.places.models import Area, Building, Drawing, DrawnGrid
from kapok.places.operations import MoveRefused
from kapok.places.workflow import IllegalMove

pytestmark = pytest.mark.django_db


def start(code):
    return operations.start_by_hand(area_code=code, by=None, at=NOON)


def move(drawing, building, grid, **asked):
    return operations.move_building(
        drawing_id=drawing.pk,
        building_id=building,
        to_grid_id=grid.pk,
        **({"by": None, "at": NOON} | asked),
    )


def grid_of(drawing):
    """Grid of each building of a drawing."""
    return dict(drawing.placements.values_list("building_id", "grid_id"))


def neighbours_of(drawing, community):
    """Pairs of a building and a neighbouring building that lies in another grid."""
    rows = adapter.load_town(Area.objects.get(code=community), crs=drawing.crs)
    links, placed, pairs = adapter.link_town(rows), grid_of(drawing), []
    for i, building in enumerate(rows.building_ids):
        for j in links.indices[links.indptr[i] : links.indptr[i + 1]]:
            other = rows.building_ids[j]
            if placed[building] != placed[other]:
                pairs.append((building, other))
    return pairs


def first_move(drawing, community):
    """A move that is not refused: the building, its grid, the grid it joins."""
    placed = grid_of(drawing)
    for building, other in neighbours_of(drawing, community):
        target = DrawnGrid.objects.get(pk=placed[other])
        try:
            source, target = move(drawing, building, target)
        except MoveRefused:
            continue
        return building, source, target
    raise AssertionError("The town has no building that may move.")


def test_a_copy_has_the_grids_in_force(grids):
    drawing = start(STREET)

    placed = drawing.placements.values_list("grid__code", "building__place")
    assert all(code == place for code, place in placed)
    assert len(placed) == 240
    former = DrawnGrid.objects.in_force().values_list("code", "number", "households", "reason")
    assert set(drawing.grids.values_list("code", "number", "households", "reason")) == set(former)


def test_a_copy_needs_grids_in_force(town):
    with pytest.raises(Refused, match="240 buildings of Zhongnan have no grid yet"):
        start(STREET)


def test_a_copy_has_one_pair_of_bounds(grids):
    grids.publish(grids.draw(HILLSIDE, low=20, high=60, keep_previous=False))

    with pytest.raises(Refused, match="in one community at a time"):
        start(STREET)

    assert (start(HILLSIDE).low, start(RIVERSIDE).low) == (20, 300)


def test_a_copy_is_locked_and_unlocked_with_its_grid(grids):
    copy = start(HILLSIDE).grids.first()

    for change, locked in [(operations.lock_grids, True), (operations.unlock_grids, False)]:
        change(codes=[copy.code], by=None, at=NOON)
        copy.refresh_from_db()
        assert copy.locked == locked


def test_moving_changes_measures_and_polygons_of_both_grids_at_once(grids):
    drawing = start(HILLSIDE)
    before = {grid.pk: grid for grid in drawing.grids.all()}

    building, source, target = first_move(drawing, HILLSIDE)

    moved = Building.objects.get(pk=building)
    for grid, sign in ((source, -1), (target, 1)):
        old, new = before[grid.pk], DrawnGrid.objects.get(pk=grid.pk)
        assert new.households == old.households + sign * moved.households
        assert new.n_buildings == old.n_buildings + sign
        assert new.rms_m != old.rms_m
        assert (new.households, new.rms_m) == (grid.households, grid.rms_m)
    shape = shapely.from_wkb(bytes(DrawnGrid.objects.get(pk=target.pk).shape))
    assert shape.contains(shapely.Point(moved.lon, moved.lat))
    assert grid_of(drawing)[building] == target.pk


def test_the_other_grids_stay_as_they_are(grids):
    drawing = start(STREET)
    before = {grid.pk: grid for grid in drawing.grids.all()}

    _, source, target = first_move(drawing, HILLSIDE)

    for grid in drawing.grids.exclude(pk__in=[source.pk, target.pk]):
        old = before[grid.pk]
        assert (grid.households, grid.rms_m, bytes(grid.shape)) == (
            old.households,
            old.rms_m,
            bytes(old.shape),
        )


def test_a_move_leaves_a_trace(grids, django_user_model):
    lead = django_user_model.objects.create_user("lead")
    drawing = start(HILLSIDE)
    building, source, _ = first_move(drawing, HILLSIDE)

    move(drawing, building, source, by=lead)

    drawing.refresh_from_db()
    assert (drawing.n_moves, drawing.changed_by, drawing.changed_at) == (2, lead, NOON)


def test_a_grid_out_of_bounds_says_that_it_was_made_by_hand(grids):
    drawing = start(HILLSIDE)
    Drawing.objects.filter(pk=drawing.pk).update(low=530, high=531)  # no grid can stay within

    _, source, target = first_move(drawing, HILLSIDE)

    assert {source.reason, target.reason} <= {"by_hand", "no_cut_exists"}
    assert source.reason


def test_a_building_does_not_move_to_where_it_is(grids):
    drawing = start(HILLSIDE)
    placement = drawing.placements.select_related("grid").first()

    with pytest.raises(MoveRefused, match="is already in grid"):
        move(drawing, placement.building_id, placement.grid)


def test_a_building_stays_in_its_community(grids):
    drawing = start(STREET)
    placement = drawing.placements.filter(grid__community=HILLSIDE).first()
    elsewhere = drawing.grids.filter(community=RIVERSIDE).first()

    with pytest.raises(MoveRefused, match="another community"):
        move(drawing, placement.building_id, elsewhere)


@pytest.mark.parametrize("which", ["source", "target"])
def test_locked_grids_neither_give_nor_take(grids, which):
    drawing = start(HILLSIDE)
    placed = grid_of(drawing)
    building, other = neighbours_of(drawing, HILLSIDE)[0]
    locked = placed[building] if which == "source" else placed[other]
    DrawnGrid.objects.filter(pk=locked).update(locked=True)

    with pytest.raises(MoveRefused, match="is locked"):
        move(drawing, building, DrawnGrid.objects.get(pk=placed[other]))


def test_a_building_does_not_jump(grids):
    drawing = start(HILLSIDE)
    placed, near = grid_of(drawing), {}
    for building, other in neighbours_of(drawing, HILLSIDE):
        near.setdefault(building, set()).add(placed[other])
    building, far = next(
        (building, grid)
        for building in placed
        for grid in drawing.grids.all()
        if grid.pk != placed[building] and grid.pk not in near.get(building, set())
    )

    with pytest.raises(MoveRefused, match="has no neighbour in grid"):
        move(drawing, building, far)


def test_no_building_crosses_the_river_by_hand(grids):
    drawing = start(RIVERSIDE)
    placed = grid_of(drawing)
    west = [
        b
        for b in Building.objects.filter(pk__in=placed).order_by("-lon")
        if b.lon < grids.WEST + 7.5 * grids.STEP_DEG
    ]
    east = {
        placed[b.pk]
        for b in Building.objects.filter(pk__in=placed)
        if b.lon > grids.WEST + 7.5 * grids.STEP_DEG
    }

    for grid in DrawnGrid.objects.filter(pk__in=east):
        with pytest.raises(MoveRefused, match="river, railway or expressway"):
            move(drawing, west[0].pk, grid)


def test_no_grid_is_left_empty_or_in_pieces(grids):
    """Moving building after building out of one grid ends in a refusal before it is empty."""
    drawing = start(HILLSIDE)
    giving = drawing.grids.first()
    says = set()
    for _ in range(200):
        placed = grid_of(drawing)
        pairs = [(b, o) for b, o in neighbours_of(drawing, HILLSIDE) if placed[b] == giving.pk]
        for building, other in pairs:
            try:
                move(drawing, building, DrawnGrid.objects.get(pk=placed[other]))
                break
            except MoveRefused as refusal:
                says.add(str(refusal))
        else:
            break
    left = drawing.placements.filter(grid=giving).count()
    assert left == 1
    assert any("would be empty without it" in sentence for sentence in says)
    assert all(grid.connected for grid in drawing.grids.all())


def test_a_grid_does_not_fall_apart(town):
    """Three in a row are one grid, three below another; those in the middle must stay."""
    Building.objects.filter(place=HILLSIDE).delete()
    row = {}
    for name, column, line in [
        ("a", 0, 1),
        ("b", 1, 1),
        ("c", 2, 1),
        ("d", 0, 0),
        ("e", 1, 0),
        ("f", 2, 0),
    ]:
        row[name] = factories.Building(
            place=HILLSIDE, lon=113.2 + 0.0006 * column, lat=23.09 + 0.0006 * line
        )
    drawing = town.draw(HILLSIDE, low=60, high=60)
    upper, lower = drawing.grids.all()
    for name, building in row.items():
        drawing.placements.filter(building=building).update(grid=upper if name in "abc" else lower)

    for name, target, number in [("b", lower, 1), ("e", upper, 2)]:
        with pytest.raises(MoveRefused, match=f"Grid {number} would fall apart"):
            move(drawing, row[name].pk, target)
    move(drawing, row["a"].pk, lower)


def test_a_closed_proposal_is_not_changed(grids):
    drawing = start(HILLSIDE)
    building, other = neighbours_of(drawing, HILLSIDE)[0]
    grid = DrawnGrid.objects.get(pk=grid_of(drawing)[other])
    Drawing.objects.filter(pk=drawing.pk).update(status="PUBLISHED", closed_at=NOON)

    with pytest.raises(IllegalMove):
        move(drawing, building, grid)


def test_a_move_is_refused_when_buildings_changed(grids):
    drawing = start(HILLSIDE)
    building, other = neighbours_of(drawing, HILLSIDE)[0]
    grid = DrawnGrid.objects.get(pk=grid_of(drawing)[other])
    gone = Building.objects.exclude(pk=building).filter(place__gte=HILLSIDE)[0]
    Building.objects.filter(pk=gone.pk).update(gone_at=NOON)

    with pytest.raises(MoveRefused, match="Draw its grids again"):
        move(drawing, building, grid)


def test_a_move_costs_the_same_in_a_large_community(grids, django_assert_max_num_queries):
    """Nothing is asked building by building."""
    drawing = start(HILLSIDE)
    building, source, _ = first_move(drawing, HILLSIDE)

    with django_assert_max_num_queries(40):
        move(drawing, building, source)
