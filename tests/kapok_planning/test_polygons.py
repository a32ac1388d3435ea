"""Grids as areas: complete, apart, with common corners."""

import time

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import given
from hypothesis import strategies as st

from kapok_planning.grids import grid_polygons, number_grids
from kapok_planning.grids.shapes.extents import community_areas

from .strategies import awkward_towns, lines, scattered_towns, town_of

SIDE_M = 1500.0


def some_grids(town, data, most=5):
    """Any assignment that stays inside communities."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    west_to_east = np.argsort(np.argsort(town.xy_m[:, 0], kind="stable"), kind="stable")
    part = west_to_east * data.draw(st.integers(1, most)) // town.n
    if data.draw(st.booleans()):
        part = rng.integers(0, most, town.n)
    return np.unique(town.community * most + part, return_inverse=True)[1]


def side_by_side(town):
    """Boundaries in which most buildings lie, and some of other communities too."""
    n = town.n_communities
    edges = np.linspace(-0.1, 1.1, n + 1) * SIDE_M
    return np.array([shapely.box(edges[c], -150, edges[c + 1], 1650) for c in range(n)])


def by_community(town, grid, shapes):
    """Community, its polygons."""
    for c in np.unique(town.community):
        yield c, shapes[np.unique(grid[town.community == c])]


def assert_nobody_is_left_out(shapes, area):
    """Every grid has land, if there is any room to speak of."""
    assert shapely.is_empty(shapely.buffer(area, -2.1)) or not shapely.is_empty(shapes).any()


def assert_partition(shapes, area_m2, tolerance_m2):
    """Valid, no overlaps, shared corners, and as large together as they should be."""
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.area(shapes).sum() == pytest.approx(area_m2, abs=tolerance_m2)


@given(st.one_of(scattered_towns(), awkward_towns()), lines(), st.data())
def test_grids_cover_their_community_without_gaps_or_overlaps(town, barriers, data):
    """Whatever the buildings, some of them outside: rims are true to a centimetre."""
    grid = some_grids(town, data)
    boundaries = side_by_side(town)
    water = shapely.union_all([b for b in barriers if b.geom_type == "Polygon"])

    shapes = grid_polygons(town, grid, boundaries=boundaries, barriers=barriers)

    assert len(shapes) == grid.max() + 1
    for c, mine in by_community(town, grid, shapes):
        land = boundaries[c] - water
        if land.area > 0:
            assert_partition(mine, land.area, 0.01 * land.length + 1)
            assert_nobody_is_left_out(mine, land)


@given(st.one_of(scattered_towns(), awkward_towns()), st.data())
def test_without_boundaries_communities_are_kept_apart_and_hold_their_buildings(town, data):
    grid = some_grids(town, data)

    shapes = grid_polygons(town, grid)

    areas = community_areas(town, None)
    for c, mine in by_community(town, grid, shapes):
        assert_partition(mine, areas[c].area, 0.01 * areas[c].length + 1)
        assert_nobody_is_left_out(mine, areas[c])
    whole = [shapely.union_all(mine) for _, mine in by_community(town, grid, shapes)]
    for i, one in enumerate(whole):
        for other in whole[i + 1 :]:
            assert shapely.intersection(one, other).area < 0.02 * (one.length + other.length)


@given(scattered_towns(), st.data())
def test_every_building_lies_in_the_area_of_its_grid(town, data):
    grid = some_grids(town, data)

    shapes = grid_polygons(town, grid)

    away = shapely.distance(shapes[grid], shapely.points(town.xy_m))
    assert away.max() < 0.1


@given(scattered_towns(max_communities=1), st.data())
def test_what_lies_off_the_barriers_belongs_to_the_nearest_building_of_its_face(town, data):
    grid = some_grids(town, data)
    river = shapely.LineString([(-200, 700), (800, 760), (1700, 720)])
    square = shapely.box(0, 0, SIDE_M, SIDE_M)
    banks = shapely.get_parts(shapely.ops.split(square, river))
    rng = np.random.default_rng(7)

    shapes = grid_polygons(town, grid, boundaries=[square], barriers=[river])

    places = rng.random((200, 2)) * SIDE_M
    for bank in banks:
        own = shapely.contains_xy(bank, town.xy_m)
        if not own.any():
            continue
        here = places[shapely.contains_xy(bank, places)]
        gap = np.linalg.norm(here[:, None] - town.xy_m[own][None], axis=2)
        nearest = grid[own][gap.argmin(axis=1)]
        by_grid = np.stack([gap[:, grid[own] == g].min(axis=1) for g in np.unique(grid[own])])
        second = np.partition(by_grid, 1, axis=0)[1] if len(by_grid) > 1 else np.inf
        clear = second - gap.min(axis=1) > 0.2
        inside = shapely.contains_xy(shapes[nearest], here[:, 0], here[:, 1])
        assert inside[clear].all()


@given(scattered_towns(), st.data())
def test_moving_the_town_moves_the_polygons(town, data):
    grid = some_grids(town, data)
    shift = np.array([4096.0, 2**21])

    shapes = grid_polygons(town, grid)
    moved = grid_polygons(town_of(town.xy_m + shift, town.community), grid)

    back = shapely.transform(moved, lambda xy: xy - shift)
    rims = shapely.length(shapes)
    assert shapely.symmetric_difference(shapes, back).area if False else True
    assert (shapely.area(shapely.symmetric_difference(shapes, back)) < 0.03 * rims + 0.01).all()


def test_an_empty_face_goes_to_the_neighbour_with_the_longest_common_edge():
    """East of the fence lives nobody; more of the fence is the northern grid's."""
    fence = shapely.LineString([(50, -1), (50, 101)])

    south, north = grid_polygons(
        town_of([[10, 0], [10, 50]]),
        np.array([0, 1]),
        boundaries=[shapely.box(0, 0, 100, 100)],
        barriers=[fence],
    )

    assert south.area == pytest.approx(50 * 25)
    assert north.area == pytest.approx(50 * 75 + 50 * 100)


def test_a_corner_without_buildings_stays_on_its_side_of_the_barrier():
    """The nearest building is west of the fence, the piece's neighbours east of it."""
    u_shape = shapely.box(0, 0, 100, 100) - shapely.box(20, 20, 80, 101)
    town = town_of([[5, 5], [95, 5], [15, 95]])

    west, east, north = grid_polygons(town, np.arange(3), boundaries=[u_shape])

    assert east.contains(shapely.Point(90, 95)), "nearer to the third house, but not by land"
    assert [shape.geom_type for shape in (west, east, north)] == ["Polygon"] * 3


def test_water_is_nobodys():
    town = town_of([[10, 50], [90, 50]])
    pond = shapely.box(40, 40, 60, 60)

    west, east = grid_polygons(
        town, np.array([0, 1]), boundaries=[shapely.box(0, 0, 100, 100)], barriers=[pond]
    )

    assert west.area == east.area == pytest.approx(4800)
    assert shapely.intersection(shapely.union(west, east), pond).area == 0


def test_buildings_outside_of_their_boundary_count_at_the_nearest_place_inside():
    town = town_of([[500, 50], [-300, 20], [50, 50]])

    shapes = grid_polygons(town, np.arange(3), boundaries=[shapely.box(0, 0, 100, 100)])

    assert_partition(shapes, 10_000, 1)
    assert shapes[0].bounds[2] == 100
    assert shapes[1].bounds[0] == 0


@pytest.mark.parametrize("n_grids", [2, 7, 150])
def test_grids_on_one_spot_are_drawn_apart(n_grids):
    """A tower that is three grids: each gets its slice."""
    xy = np.concatenate([np.zeros((n_grids, 2)), [[120.0, 0.0]]])

    shapes = grid_polygons(town_of(xy), np.arange(n_grids + 1))

    assert_partition(shapes, shapely.union_all(shapes).area, 1)
    assert not shapely.is_empty(shapes).any()


def test_a_broken_boundary_is_repaired():
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    town = town_of([[10, 50], [90, 50]])

    west, east = grid_polygons(town, np.array([0, 1]), boundaries=[bow_tie])

    assert west.area == pytest.approx(east.area) == pytest.approx(2500)


def test_a_community_in_two_pieces_is_covered_on_both():
    two = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(500, 0, 600, 100)])
    empty_too = shapely.union(two, shapely.box(900, 0, 950, 50))

    shapes = grid_polygons(
        town_of([[20, 50], [80, 50], [550, 50]]), np.array([0, 1, 1]), boundaries=[empty_too]
    )

    assert_partition(shapes, 22_500, 1)
    assert shapes[0].area == 5000


def test_a_grid_that_nobody_is_in_is_empty():
    shapes = grid_polygons(town_of([[0, 0], [90, 0]]), np.array([0, 2]))

    assert [shape.is_empty for shape in shapes] == [False, True, False]


def test_a_street_is_quick():
    """A community while somebody drags a building: 20 ms; here with room for a busy machine."""
    rng = np.random.default_rng(5)
    town = town_of(rng.random((200, 2)) * 700)
    grid = np.unique((town.xy_m // 240) @ [1, 10], return_inverse=True)[1]
    rail = [shapely.LineString([(0, 200), (700, 500)])]
    grid_polygons(town, grid, barriers=rail)

    begin = time.process_time()
    for _ in range(5):
        grid_polygons(town, grid, barriers=rail)

    assert (time.process_time() - begin) / 5 < 0.06


@pytest.mark.parametrize(
    ("grid", "options", "says"),
    [
        ([0], {}, "grid has shape"),
        ([0, -1], {}, "grid must not be negative"),
        ([0, 1], {"boundaries": []}, "0 boundaries are given for 1 communities"),
        ([0, 1], {"boundaries": ["here"]}, "boundaries must hold"),
        ([0, 1], {"boundaries": [shapely.Point(0, 0)]}, "boundary of community 0 is no polygon"),
        ([0, 1], {"barriers": [shapely.Point(0, 0)]}, "barriers holds points"),
    ],
)
def test_nonsense_is_refused_by_name(grid, options, says):
    with pytest.raises(ValueError, match=says):
        grid_polygons(town_of([[0, 0], [9, 9]]), np.array(grid), **options)


class TestNumbers:
    def test_a_lattice_is_numbered_like_a_page(self):
        page = np.array([[x, y] for y in (300, 200, 100) for x in (0, 100, 200, 300)], float)
        rng = np.random.default_rng(2)
        order = rng.permutation(12)

        number = number_grids((page + rng.uniform(-12, 12, page.shape))[order], np.zeros(12, int))

        assert number.tolist() == (order + 1).tolist()

    @given(scattered_towns(), st.integers(0, 2**32 - 1))
    def test_numbers_are_complete_and_free_of_order_and_place(self, town, seed):
        number = number_grids(town.xy_m, town.community)

        for c in np.unique(town.community):
            mine = np.sort(number[town.community == c])
            assert mine.tolist() == list(range(1, len(mine) + 1))
        order = np.random.default_rng(seed).permutation(town.n)
        moved = number_grids(town.xy_m[order] * 2 + 4096, town.community[order])
        assert (moved == number[order]).all()

    @given(st.lists(st.integers(0, 1000), min_size=1, unique=True), st.booleans())
    def test_a_row_runs_west_to_east_and_a_column_north_to_south(self, places, column):
        where = np.array(places, float)
        xy = np.stack([0 * where, -where] if column else [where, 0 * where], axis=1)

        number = number_grids(xy, np.zeros(len(where), int))

        assert (np.argsort(number) == np.argsort(where)).all()

    def test_shapes_that_disagree_and_places_nowhere_are_refused(self):
        with pytest.raises(ValueError, match="centres_xy has shape"):
            number_grids(np.zeros((2, 2)), np.zeros(3, int))
        with pytest.raises(ValueError, match="must be finite"):
            number_grids(np.array([[0.0, np.nan]]), np.zeros(1, int))
