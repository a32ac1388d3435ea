import numpy as np
import pytest
import shapely
from hypothesis import given
from tests.kapok_planning.streets.strategies import lines_of, roads

from kapok_planning.streets import RoadClass, make_streets, snap


def degrees(streets):
    return sorted(np.bincount(np.concatenate([streets.start, streets.end])).tolist())


@given(roads())
def test_no_metre_of_road_is_lost_or_won(drawn):
    lines, classes, oneway, _ = drawn
    streets = make_streets(lines, road_class=classes, oneway=oneway, whole=True)
    assert streets.length_m.sum() == pytest.approx(shapely.length(lines).sum())
    by_line = np.bincount(streets.line, streets.length_m, len(lines))
    assert by_line == pytest.approx(shapely.length(lines))


@given(roads())
def test_pieces_of_an_edge_add_up_to_its_length(drawn):
    streets = make_streets(drawn[0], whole=True)
    ends = streets.bends.ends_m
    length = np.hypot(*(ends[:, 2:] - ends[:, :2]).T)
    assert np.bincount(streets.bends.edge, length) == pytest.approx(streets.length_m, abs=0.2)


@given(roads())
def test_as_many_crossings_as_shapely_finds(drawn):
    lines = drawn[0]
    streets = make_streets(lines, whole=True)
    noded = shapely.get_parts(shapely.node(shapely.multilinestrings(lines)))
    edges = shapely.line_merge(shapely.multilinestrings(noded))
    spots = shapely.get_coordinates(
        [end for e in shapely.get_parts(edges) for end in (e.boundary.geoms or [])]
    )
    apart = np.hypot(*(spots[:, None] - streets.xy_m[None]).transpose(2, 0, 1))
    assert (apart.min(axis=1) < 0.1).all()


def test_roads_join_where_they_cross_on_one_level():
    cross = lines_of([(0, 0), (200, 0)], [(100, -50), (100, 50)])
    assert make_streets(cross).n_edges == 4


def test_a_bridge_does_not_join_the_road_below():
    cross = lines_of([(0, 0), (200, 0)], [(100, -50), (100, 50)])
    streets = make_streets(cross, level=np.array([0, 1], np.int32), whole=True)
    assert (streets.n_edges, streets.n_nodes) == (2, 4)


def test_a_bridge_joins_where_it_ends():
    lines = lines_of([(0, 0), (200, 0)], [(100, 0), (100, 50)])
    assert make_streets(lines, level=np.array([0, 1], np.int32)).n_edges == 3


def test_a_road_that_ends_on_another_joins_it_though_it_misses_by_a_thumb():
    lines = lines_of([(0, 0), (200, 0)], [(100, 0.03), (100, 50)])
    assert degrees(make_streets(lines)) == [1, 1, 1, 3]


def test_roads_that_share_a_vertex_join_there():
    lines = lines_of([(0, 0), (100, 0), (200, 50)], [(100, 0), (100, 90)])
    assert degrees(make_streets(lines)) == [1, 1, 1, 3]


def test_a_bend_is_no_junction():
    streets = make_streets(lines_of([(0, 0), (100, 0), (100, 100)]))
    assert (streets.n_nodes, streets.length_m.tolist()) == (2, [200.0])


def test_a_road_that_crosses_itself_is_joined_there():
    streets = make_streets(lines_of([(0, 0), (100, 0), (50, 50), (50, -50)]))
    assert degrees(streets) == [1, 1, 4]


def test_a_ring_is_one_edge_from_its_node_to_itself():
    streets = make_streets(lines_of([(0, 0), (100, 0), (50, 50), (0, 0)]))
    assert streets.start.tolist() == streets.end.tolist()


def test_only_the_largest_part_is_kept():
    lines = lines_of([(0, 0), (100, 0)], [(100, 0), (200, 0)], [(0, 900), (5000, 900)])
    assert set(make_streets(lines).line.tolist()) == {0, 1}


def test_a_one_way_street_that_nobody_can_leave_is_no_part_of_it():
    lines = lines_of([(0, 0), (100, 0)], [(100, 0), (200, 0)])
    assert make_streets(lines, oneway=np.array([False, True])).line.tolist() == [0]


def test_roads_have_the_usual_speed_of_their_class_unless_they_have_their_own():
    lines = lines_of([(0, 0), (100, 0)], [(100, 0), (200, 0)])
    streets = make_streets(
        lines,
        road_class=np.array([RoadClass.MAIN, RoadClass.LANE], np.int32),
        speed_kmh=np.array([np.nan, 25.0]),
    )
    assert dict(zip(streets.line.tolist(), streets.speed_kmh.tolist(), strict=True)) == {
        0: 40.0,
        1: 25.0,
    }


def test_no_roads_make_an_empty_network():
    assert make_streets(lines_of()).n_edges == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"oneway": np.zeros(2, np.bool_)}, "oneway has shape"),
        ({"speed_kmh": np.zeros(1)}, "speed_kmh must be finite and over 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        make_streets(lines_of([(0, 0), (100, 0)]), **arguments)


def test_other_shapes_than_lines_are_refused():
    with pytest.raises(ValueError, match="LineStrings"):
        make_streets(np.array([shapely.Point(0, 0)], dtype=object))


def test_a_place_snaps_to_the_nearest_open_street():
    streets = make_streets(lines_of([(0, 0), (0, 100)], [(0, 100), (50, 100), (50, 0)]))
    place = np.array([[10.0, 40.0]])
    assert streets.line[snap(streets, place, reach_m=100.0).edge].tolist() == [0]
    open_edges = streets.line != 0
    found = snap(streets, place, reach_m=100.0, open_edges=open_edges)
    assert streets.line[found.edge].tolist() == [1]
    assert found.away_m.tolist() == [40.0]
    assert found.offset_m.tolist() == [110.0]


def test_a_place_out_of_reach_snaps_to_nothing():
    streets = make_streets(lines_of([(0, 0), (0, 100)]))
    found = snap(streets, np.array([[500.0, 0.0]]), reach_m=100.0)
    assert (found.edge.tolist(), found.away_m.tolist()) == ([-1], [np.inf])
