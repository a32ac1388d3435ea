"""Who is neighbour of whom."""

import time

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from kapok_planning.grids import Stopped, link_buildings
from kapok_planning.grids.links.barriers import count_crossings, segments_of
from kapok_planning.grids.triangulation import LIMIT, triangulate
from kapok_planning.spreading import in_threads

from .strategies import awkward_towns, lines, scattered_towns, town_of


def pairs_of(links):
    """All links (i, j), both directions, as an array of shape (m, 2)."""
    return np.stack(
        [np.repeat(np.arange(len(links.indptr) - 1), np.diff(links.indptr)), links.indices], 1
    )


def set_of(links):
    """All links as a set."""
    return set(map(tuple, pairs_of(links).tolist()))


def pieces_of(links):
    """Connected piece of each building."""
    n = len(links.indptr) - 1
    graph = csr_array((np.ones(len(links.indices)), links.indices, links.indptr), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def straight(town, pairs):
    """Links as lines."""
    return shapely.linestrings(town.xy_m[pairs])


def edges_of(corner):
    """Undirected edges of triangles as a set."""
    three = corner.reshape(-1, 3)
    edges = np.sort(np.concatenate([three[:, [0, 1]], three[:, [1, 2]], three[:, [2, 0]]]), axis=1)
    return set(map(tuple, edges.tolist()))


class TestTriangulate:
    @given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=36))
    def test_half_edges_have_their_twins_and_fill_the_hull_on_a_lattice(self, cells):
        """Many points on one line or circle: the hard case."""
        points = np.array(sorted(cells)) * 1_000_003

        corner, twin, left_out = triangulate(points[:, 0], points[:, 1])

        assert len(left_out) == 0
        a, b, c = (points[corner[k::3]].astype(object) for k in range(3))
        twice = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
        assert all(area >= 0 for area in twice)
        assert sum(twice) == pytest.approx(2 * shapely.MultiPoint(points).convex_hull.area)
        begins, ends = corner, np.roll(corner.reshape(-1, 3), -1, axis=1).ravel()
        inner = np.flatnonzero(twin >= 0)
        assert (twin[twin[inner]] == inner).all()
        assert (begins[twin[inner]] == ends[inner]).all()

    def test_loses_no_point_where_rounding_is_hard(self):
        """Points nearly on a circle, nearly on a line, and a millimetre apart in a wide town."""
        turn = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
        circle = np.round((np.stack([np.cos(turn), np.sin(turn)], 1) + 1) * 1e7).astype(np.int64)
        line = np.stack([np.arange(2000) * 16001, np.arange(2000) * 15013 + np.arange(2000) % 2], 1)
        wide = np.random.default_rng(1).integers(0, LIMIT - 1, (500, 2))
        for points in (circle, line, np.concatenate([wide, wide + 1])):
            corner, _, left_out = triangulate(points[:, 0], points[:, 1])
            seen = np.union1d(corner, left_out[:, 0])
            assert len(seen) in (0, len(points))  # 0: all on one line, to within rounding


class TestLaws:
    @given(st.one_of(scattered_towns(), awkward_towns()), lines())
    def test_links_are_a_sorted_symmetric_graph_inside_communities(self, town, barriers):
        links = link_buildings(town, barriers=barriers)

        pairs = pairs_of(links)
        assert links.indptr.dtype == np.int64
        assert links.indices.dtype == np.int32
        assert links.streets.shape == links.indices.shape
        assert (pairs[:, 0] != pairs[:, 1]).all()
        assert (town.community[pairs[:, 0]] == town.community[pairs[:, 1]]).all()
        assert {(j, i) for i, j in set_of(links)} == set_of(links)
        same_row = np.diff(pairs[:, 0]) == 0
        assert (np.diff(pairs[:, 1])[same_row] > 0).all()

    @given(st.one_of(scattered_towns(), awkward_towns()), st.sampled_from([1.0, 60.0, 300.0]))
    def test_a_community_without_barriers_is_connected(self, town, max_link_m):
        piece = pieces_of(link_buildings(town, max_link_m=max_link_m))

        for c in np.unique(town.community):
            assert len(np.unique(piece[town.community == c])) == 1

    @given(scattered_towns(), lines())
    def test_no_link_crosses_a_barrier(self, town, barriers):
        """Shapely itself says so."""
        links = link_buildings(town, barriers=barriers)

        drawn = straight(town, pairs_of(links))
        outlines = shapely.union_all(
            [b if b.geom_type == "LineString" else b.boundary for b in barriers]
        )
        assert not shapely.intersects(drawn, outlines).any()

    @given(scattered_towns(), lines(), st.integers(0, 2**32 - 1))
    def test_the_order_of_buildings_does_not_matter(self, town, barriers, seed):
        order = np.random.default_rng(seed).permutation(town.n)
        shuffled = town_of(town.xy_m[order], town.community[order])

        links = link_buildings(town, barriers=barriers)
        other = link_buildings(shuffled, barriers=barriers)

        assert {(order[i], order[j]) for i, j in set_of(other)} == set_of(links)

    @given(scattered_towns(), lines())
    def test_moving_the_town_moves_nothing_else(self, town, barriers):
        shift = np.array([4096.0, 2**21])
        moved = town_of(town.xy_m + shift, town.community)

        links = link_buildings(town, barriers=barriers)
        other = link_buildings(moved, barriers=shapely.transform(barriers, lambda xy: xy + shift))

        assert set_of(other) == set_of(links)

    @given(scattered_towns(), lines(), st.integers(1, 4))
    def test_the_number_of_threads_does_not_matter(self, town, barriers, n_threads):
        spread = in_threads(n_threads)
        links = link_buildings(town, barriers=barriers, streets=barriers)
        other = link_buildings(town, barriers=barriers, streets=barriers, spread=spread)

        assert np.array_equal(links.indptr, other.indptr)
        assert np.array_equal(links.indices, other.indices)
        assert np.array_equal(links.streets, other.streets)

    @given(scattered_towns(max_communities=1))
    def test_links_are_delaunay_neighbours_and_short_ones_are_there(self, town):
        """Only links along the rim that skip a building may be missing, and long ones."""
        if town.n < 4:
            return
        links = set_of(link_buildings(town))

        all_pairs = edges_of(Delaunay(town.xy_m).simplices.ravel())
        rim = {tuple(sorted(edge)) for edge in Delaunay(town.xy_m).convex_hull.tolist()}
        undirected = {(i, j) for i, j in links if i < j}
        assert undirected <= all_pairs
        long = {(i, j) for i, j in all_pairs if np.hypot(*(town.xy_m[i] - town.xy_m[j])) > 300}
        missing = all_pairs - undirected - long
        for i, j in missing:  # seen from a building between, its ends lie in opposite directions
            ways = town.xy_m[[i, j]][:, None] - town.xy_m[None]
            length = np.hypot(ways[..., 0], ways[..., 1])
            with np.errstate(invalid="ignore"):
                cosine = (ways[0] * ways[1]).sum(axis=1) / (length[0] * length[1])
            assert np.nanmin(cosine) <= -np.cos(np.radians(10)) + 1e-3, (i, j, rim)

    @given(scattered_towns(), lines())
    def test_streets_are_counted_as_shapely_counts_them(self, town, streets):
        links = link_buildings(town, streets=streets)

        drawn = straight(town, pairs_of(links))
        outlines = [b if b.geom_type == "LineString" else b.boundary for b in streets]
        counted = sum((shapely.intersects(drawn, line) for line in outlines), np.zeros(len(drawn)))
        assert links.streets.tolist() == counted.tolist()


class TestBarriers:
    def test_pieces_of_one_side_are_joined_past_the_tip_of_the_other(self):
        """A house across the water stands so near between two that they are no Delaunay
        neighbours; but the way between the two is free.
        """
        houses = [[0, 0], [100, 0], [50, 3], [50, 60]]
        inlet = shapely.LineString([(49, 99), (49, 2), (51, 2), (51, 99)])

        links = link_buildings(town_of(houses), barriers=[inlet])

        assert (0, 1) in set_of(links)
        assert pieces_of(links).tolist() == [0, 0, 1, 1]

    @pytest.mark.parametrize("shift", [0.0, 2_500_000.0])
    def test_a_building_on_a_barrier_belongs_to_the_side_of_its_nearest_neighbour(self, shift):
        houses = np.array([[0, 0], [0, 30], [10, -50], [-30, 40]]) + shift
        river = shapely.LineString(np.array([(-99, 0), (0, 0), (99, 0)]) + shift)

        links = link_buildings(town_of(houses), barriers=[river])

        assert {(0, 1), (1, 3)} <= set_of(links)
        assert not {(0, 2), (1, 2), (2, 3)} & set_of(links)

    def test_all_buildings_on_the_barrier_are_still_linked_to_somebody(self):
        road = shapely.LineString([(0, 0), (100, 0)])
        links = link_buildings(
            town_of([[20, 0], [40, 0], [60, 0], [40, 15], [42, -20]]), barriers=[road]
        )

        assert (np.diff(links.indptr)[:4] > 0).all()
        assert pieces_of(links)[3] != pieces_of(links)[4]

    def test_a_house_on_the_bank_of_a_lake_stands_outside_of_it(self):
        lake = shapely.box(0, 0, 50, 50)
        for water in (lake, shapely.reverse(lake)):
            links = link_buildings(town_of([[0, 25], [-30, 25], [-20, 60]]), barriers=[water])
            assert len(np.unique(pieces_of(links))) == 1

    def test_houses_on_one_island_are_linked_and_those_across_the_water_are_not(self):
        water = shapely.box(0, 0, 100, 100) - shapely.box(40, 40, 60, 60)
        links = link_buildings(
            town_of([[45, 45], [55, 50], [-9, 50], [110, 50], [-9, 110], [110, 110]]),
            barriers=[water],
        )

        assert pieces_of(links).tolist() == [0, 0, 1, 1, 1, 1]
        assert (2, 3) not in set_of(links)

    def test_a_corner_of_a_line_on_the_link_counts_once_or_not_at_all(self):
        """A bend that is passed through is one crossing; a tip that is touched may be none."""
        start, end = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
        through = segments_of([shapely.LineString([(5, -5), (5, 0), (6, 5)])])

        assert count_crossings(start, end, through).tolist() == [1]

    def test_collections_are_taken_apart_and_empty_ones_left_out(self):
        collection = shapely.GeometryCollection(
            [shapely.MultiLineString([[(5, -9), (5, 9)], [(6, -9), (6, 9)]]), shapely.Polygon()]
        )
        houses = town_of([[0, 0], [10, 0]])
        streets = np.array([collection, None, shapely.LineString()], dtype=object)

        links = link_buildings(houses, streets=streets)

        assert links.streets.tolist() == [1, 1]


class TestCrowds:
    def test_fifty_thousand_buildings_on_one_point_are_quick_and_bounded(self):
        link_buildings(town_of([[0, 0], [0, 0], [5, 5], [9, 0]]))
        around = np.random.default_rng(1).random((300, 2)) * 100
        xy = np.concatenate([np.full((50_000, 2), 50.0), around])

        begin = time.process_time()
        links = link_buildings(town_of(xy))
        took = time.process_time() - begin

        assert took < 2
        assert np.diff(links.indptr).max() < 40
        assert len(np.unique(pieces_of(links))) == 1

    def test_a_few_buildings_on_one_spot_share_its_links(self):
        links = set_of(link_buildings(town_of([[0, 0], [50, 0], [50, 0], [50, 0], [90, 5]])))

        assert {(0, 1), (0, 2), (0, 3), (4, 1), (4, 2), (4, 3)} <= links

    def test_a_crowd_spreads_its_links_along_its_chain(self):
        turn = np.linspace(0, 2 * np.pi, 12, endpoint=False)
        ring = 50 * np.stack([np.cos(turn), np.sin(turn)], 1)
        links = link_buildings(town_of(np.concatenate([np.zeros((36, 2)), ring])))

        assert np.diff(links.indptr)[:36].max() <= 3
        assert len(np.unique(pieces_of(links))) == 1

    def test_a_straight_row_is_linked_house_by_house(self):
        """Also askew, where millimetres put the houses of a row a little off their line."""
        for direction in ([1.0, 0.0], [0.0, 1.0], [0.6, 0.8], [0.8660254, 0.5]):
            row = np.arange(30)[:, None] * 12.5 * np.array(direction)
            links = set_of(link_buildings(town_of(row)))
            assert links == {(i, j) for i in range(30) for j in range(30) if abs(i - j) == 1}


class TestFootprints:
    @given(st.integers(1, 5), st.integers(1, 5), st.floats(0, 3.1), st.integers(0, 2**32 - 1))
    def test_parcels_that_tile_the_plane_are_linked_as_the_rook_moves(
        self, rows, columns, turn, seed
    ):
        rng = np.random.default_rng(seed)
        x = np.concatenate([[0], np.cumsum(rng.uniform(2, 40, columns))])
        y = np.concatenate([[0], np.cumsum(rng.uniform(2, 40, rows))])
        parcels = [
            shapely.box(x[c], y[r], x[c + 1], y[r + 1]) for r in range(rows) for c in range(columns)
        ]
        turned = shapely.transform(
            np.array(parcels),
            lambda xy: np.round(
                xy @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]), 3
            ),
        )
        xy = shapely.get_coordinates(shapely.centroid(turned))

        links = set_of(link_buildings(town_of(xy), footprints=turned))

        cell = [(r, c) for r in range(rows) for c in range(columns)]
        rook = {
            (i, j)
            for i, (r, c) in enumerate(cell)
            for j, (s, d) in enumerate(cell)
            if abs(r - s) + abs(c - d) == 1
        }
        assert links == rook

    def test_a_gap_of_a_hand_counts_as_touching_and_a_lane_does_not(self):
        a, b, c = (
            shapely.box(0, 0, 10, 10),
            shapely.box(10.08, 0, 20, 10),
            shapely.box(22, 0, 30, 10),
        )
        d = shapely.box(22, 10, 30, 20)
        xy = [[5, 5], [15, 5], [26, 5], [26, 15]]

        links = set_of(link_buildings(town_of(xy), footprints=[a, b, c, d]))

        assert {(0, 1), (2, 3)} <= links
        assert len({(i, j) for i, j in links if i < j}) == 3, "one link joins the two rows"

    def test_detached_houses_are_linked_by_triangulation(self):
        houses = [[0, 0], [40, 0], [0, 40], [40, 41]]
        squares = [shapely.box(x, y, x + 5, y + 5) for x, y in houses]

        with_them = link_buildings(town_of(houses), footprints=squares)

        assert set_of(with_them) == set_of(link_buildings(town_of(houses)))

    def test_touching_buildings_on_two_sides_of_a_barrier_are_no_neighbours(self):
        pair = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), None]
        rail = shapely.LineString([(10, -50), (10, 50)])

        links = link_buildings(
            town_of([[5, 5], [15, 5], [5, 30]]), footprints=pair, barriers=[rail]
        )

        assert set_of(links) == {(0, 2), (2, 0)}


class TestCallbacks:
    def test_progress_counts_all_buildings(self):
        seen = []
        rng = np.random.default_rng(3)
        town = town_of(rng.random((120_000, 2)) * 9000, np.arange(120_000) // 1000)

        link_buildings(
            town, spread=in_threads(2), on_progress=lambda done, total: seen.append((done, total))
        )

        assert len(seen) >= 2
        assert seen == sorted(seen)
        assert seen[-1] == (town.n, town.n)

    def test_stopping_is_said_by_name(self):
        with pytest.raises(Stopped):
            link_buildings(town_of([[0, 0], [5, 5]]), should_stop=lambda: True)

    def test_an_empty_town_has_no_links(self):
        links = link_buildings(town_of(np.empty((0, 2))))

        assert links.indptr.tolist() == [0]
        assert len(links.indices) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"max_link_m": 0.0}, "max_link_m"),
        ({"max_link_m": float("nan")}, "max_link_m"),
        ({"barriers": [shapely.Point(1, 1)]}, "barriers holds points"),
        ({"barriers": ["river"]}, "barriers must hold"),
        ({"streets": [shapely.LineString([(0, 0), (np.inf, 1)])]}, "streets must have finite"),
        ({"footprints": [shapely.box(0, 0, 1, 1)]}, "footprints has shape"),
        ({"footprints": [shapely.Point(0, 0), None]}, "must be polygons"),
        ({"footprints": ["house", None]}, "footprints must hold"),
    ],
)
def test_nonsense_is_refused_by_name(options, says):
    with pytest.raises(ValueError, match=says):
        link_buildings(town_of([[0, 0], [9, 9]]), **options)


def test_positions_that_are_not_metres_on_earth_are_refused():
    with pytest.raises(ValueError, match="is it in metres"):
        link_buildings(town_of([[0, 0], [1e12, 9]]))
