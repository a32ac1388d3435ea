"""Proposals: drawn, replaced, overlapping, discarded."""

import numpy as np
import pytest
import shapely
from tests.small_town import HILLSIDE, MEADOW, NOON, RIVERSIDE, STREET

from kapok.errors import Refused
from kapok.places import adapter, operations
from kapok.places.models import Area, Barrier, Building, Drawing, DrawnGrid, Placement
from kapok.places.workflow import IllegalMove, Status

pytestmark = pytest.mark.django_db


def draw(code=STREET, **asked):
    return operations.draw_grids(
        area_code=code, **({"budget": "fast", "by": None, "at": NOON} | asked)
    )


def partition(drawing):
    """The buildings of each grid, by their ids in the source."""
    found = {}
    for grid, building in drawing.placements.values_list("grid_id", "building__source_id"):
        found.setdefault(grid, set()).add(building)
    return sorted(map(sorted, found.values()))


def test_every_building_lies_in_one_grid_of_its_community(town):
    drawing = draw()

    assert drawing.placements.count() == Building.objects.count() == 240
    for placement in drawing.placements.select_related("grid", "building"):
        assert placement.grid.community == placement.building.place


def test_measures_are_those_of_the_buildings(town):
    for grid in draw().grids.all():
        buildings = Building.objects.filter(placements__grid=grid)
        assert grid.households == sum(b.households for b in buildings)
        assert grid.residents == sum(b.residents for b in buildings)
        assert grid.n_buildings == len(buildings)
        assert grid.connected
        assert (grid.reason == "") == (300 <= grid.households <= 500)


def test_unknown_residents_of_one_building_leave_those_of_one_grid_open(town):
    unknown = Building.objects.filter(place=HILLSIDE).first()
    Building.objects.filter(pk=unknown.pk).update(residents=None)

    drawing = draw()

    assert drawing.grids.get(placements__building=unknown).residents is None
    for grid in drawing.grids.exclude(placements__building=unknown):
        assert grid.residents == 3 * grid.households


def test_main_streets_inside_a_grid_are_counted(town):
    Barrier.objects.update(hard=False, kind=Barrier.Kind.MAIN_STREET)

    (grid,) = draw(RIVERSIDE, low=1_000, high=5_000).grids.all()

    assert grid.n_crossings == 0
    assert grid.n_street_cuts >= 10  # ten rows of buildings go on beyond the street


def test_buildings_with_a_common_wall_are_neighbours(town):
    """Two corners of the town, of which one has a very long wing."""
    inside = list(Building.objects.filter(place=HILLSIDE).order_by("source_id"))
    corner, opposite = inside[0], inside[-1]
    before = adapter.load_town(Area.objects.get(code=HILLSIDE))
    wing = shapely.LineString([(corner.lon, corner.lat), (opposite.lon, opposite.lat)])
    Building.objects.filter(pk=corner.pk).update(footprint=wing.buffer(1e-5).wkb)

    rows = adapter.load_town(Area.objects.get(code=HILLSIDE))

    links = adapter.link_town(rows)
    a, b = rows.building_ids.index(corner.pk), rows.building_ids.index(opposite.pk)
    assert b in links.indices[links.indptr[a] : links.indptr[a + 1]]
    assert rows.inputs_sha256 != before.inputs_sha256


def test_polygons_hold_their_buildings_and_stay_in_the_community(town):
    drawing = draw()
    for community in (RIVERSIDE, HILLSIDE):
        area = shapely.from_wkb(bytes(Area.objects.get(code=community).boundary))
        shapes = []
        for grid in drawing.grids.filter(community=community):
            shape = shapely.from_wkb(bytes(grid.shape))
            shapes.append(shape)
            points = Building.objects.filter(placements__grid=grid).values_list("lon", "lat")
            assert shapely.contains_xy(shape, *np.array(points).T).all()
        together = shapely.union_all(shapes)
        assert together.difference(area).area < 1e-9
        assert sum(s.area for s in shapes) == pytest.approx(together.area, rel=1e-6)


def test_no_grid_lies_on_both_sides_of_the_river(town):
    for grid in draw().grids.filter(community=RIVERSIDE):
        lon = Building.objects.filter(placements__grid=grid).values_list("lon", flat=True)
        assert len({each > town.WEST + 7.5 * town.STEP_DEG for each in lon}) == 1


def test_a_drawing_remembers_what_it_was_drawn_with(town):
    drawing = draw(low=200, high=400, seed=7, time_limit_s=600)

    drawing.refresh_from_db()
    assert (drawing.low, drawing.high, drawing.seed, drawing.budget) == (200, 400, 7, "fast")
    assert len(drawing.inputs_sha256) == 64
    assert drawing.finished
    assert drawing.based_on == {}
    assert drawing.status == Status.OPEN


def test_the_same_seed_gives_the_same_grids(town):
    first = partition(draw(seed=3))

    assert partition(draw(seed=3)) == first


def test_progress_ends_with_all_buildings(town):
    told = []

    draw(on_progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (240, 240)


def test_a_drawing_that_was_stopped_says_so_and_is_whole(town):
    drawing = draw(should_stop=lambda: True)

    assert not drawing.finished
    assert drawing.placements.count() == 240


def test_a_new_drawing_replaces_the_open_one(town):
    first = draw()

    second = draw(seed=1)

    first.refresh_from_db()
    assert first.status == Status.DISCARDED
    assert first.closed_at == NOON
    assert not DrawnGrid.objects.filter(drawing=first).exists()
    assert Drawing.objects.get(status=Status.OPEN) == second


@pytest.mark.parametrize(("open_one", "asked"), [(STREET, RIVERSIDE), (RIVERSIDE, STREET)])
def test_open_proposals_do_not_overlap(town, open_one, asked):
    drawing = draw(open_one)

    with pytest.raises(operations.OpenProposalOverlaps, match="Publish or discard it first"):
        draw(asked)

    drawing.refresh_from_db()
    assert drawing.status == Status.OPEN


def test_neighbouring_communities_may_have_proposals_at_the_same_time(town):
    draw(RIVERSIDE)
    draw(HILLSIDE)

    assert Drawing.objects.filter(status=Status.OPEN).count() == 2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"code": 440103022009000}, "No area has the code"),
        ({"code": MEADOW}, "no buildings"),
        ({"low": 0}, "at least 1"),
        ({"low": 500, "high": 300}, "is over the largest"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(town, asked, says):
    with pytest.raises(Refused, match=says):
        draw(**asked)
    assert not Drawing.objects.exists()


def test_a_retired_area_is_not_drawn(town):
    Area.objects.filter(code=RIVERSIDE).update(valid_to=NOON)

    with pytest.raises(Refused, match="was retired on 2026-03-02"):
        draw(RIVERSIDE)


def test_a_grid_is_not_drawn(grids):
    code = DrawnGrid.objects.in_force().first().code

    with pytest.raises(Refused, match="is a grid"):
        draw(code)


def test_locked_grids_stay_as_they_are(grids):
    locked = DrawnGrid.objects.in_force().filter(community=HILLSIDE).first()
    before = set(locked.placements.values_list("building_id", flat=True))
    operations.lock_grids(codes=[locked.code], by=None, at=NOON)

    drawing = draw(low=100, high=200, keep_previous=False)

    again = drawing.grids.get(code=locked.code)
    assert again.locked
    assert set(again.placements.values_list("building_id", flat=True)) == before
    assert drawing.grids.filter(community=HILLSIDE).count() > 3


def test_keeping_the_former_grids_moves_few_households(grids):
    for building in Building.objects.filter(place__gte=HILLSIDE, place__lt=MEADOW)[:3]:
        building.households += 1
        building.save()

    drawing = draw(seed=99)

    places = drawing.placements.values_list("grid_id", "building__place", "building__households")
    of_grid = {}
    for grid, place, households in places:
        counts = of_grid.setdefault(grid, {})
        counts[place] = counts.get(place, 0) + households
    staying = sum(max(counts.values()) for counts in of_grid.values())
    assert staying >= 0.95 * sum(sum(counts.values()) for counts in of_grid.values())


def test_a_discarded_proposal_keeps_its_parameters_alone(town, django_user_model):
    lead = django_user_model.objects.create_user("lead")
    drawing = draw()

    operations.discard(drawing_id=drawing.pk, by=lead, at=NOON)

    drawing.refresh_from_db()
    assert (drawing.status, drawing.closed_by) == (Status.DISCARDED, lead)
    assert not Placement.objects.exists()
    with pytest.raises(IllegalMove):
        operations.discard(drawing_id=drawing.pk, by=lead, at=NOON)
