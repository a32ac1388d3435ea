"""Layouts: everything inside the hall, nothing on anything else, one way."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kapok_planning.sites.cases import site_of, situations, station

from kapok_planning.sites import Hall, lay_out


def overlap(one, other):
    return (
        one.x < other.x + other.width - 1e-6
        and other.x < one.x + one.width - 1e-6
        and one.y < other.y + other.height - 1e-6
        and other.y < one.y + one.height - 1e-6
    )


@settings(max_examples=30)
@given(situations(rooms=True), st.sampled_from([None, 8.0, 30.0]), st.integers(0, 80))
def test_rooms_lie_in_the_hall_beside_each_other(situation, width, queue):
    site = situation.site
    layout = lay_out(site, [float(queue)] * site.n, 20.0, Hall(width_m=width))
    assert [room.station for room in layout.rooms] == list(range(site.n))
    for i, room in enumerate(layout.rooms):
        assert room.x >= -1e-6
        assert room.x + room.width <= layout.width_m + 1e-6
        assert room.y + room.height <= layout.length_m + 1e-6
        assert not any(overlap(room, other) for other in layout.rooms[:i])


def test_lanes_of_a_stage_share_its_part_of_the_hall():
    site = site_of(
        station("door"),
        station("desk", (9,), stage="desk"),
        station("desk (old)", (2,), stage="desk"),
        station("way out"),
    )
    layout = lay_out(site, [0.0, 9.0, 4.0, 0.0], 0.0, Hall(width_m=40.0))
    one, other = layout.rooms[1:3]
    assert (one.x, one.width) == (other.x, other.width)
    assert one.y + one.height == other.y


def test_a_queue_has_all_its_metres_between_ropes():
    site = site_of(station("door"), station("desk", (4,)))
    layout = lay_out(site, [0.0, 60.0], 0.0, Hall(queue_m=1.0))
    way = layout.rooms[1].queue
    pairs = pairwise(way)
    assert sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairs) >= 55
