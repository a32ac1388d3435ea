"""Towns for benches: exact totals, the same for a seed, cuttable where barriers cut."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from kapok.samples import benches


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 3000), st.integers(0, 99), st.booleans())
def test_a_town_has_exactly_what_was_asked_for(n_buildings, seed, barriers):
    households = 5 * n_buildings + seed

    made = benches.town(n_buildings, seed, households=households, barriers=barriers)

    assert made.town.n == n_buildings
    assert made.town.households.sum() == households
    assert made.town.households.min() >= 1
    assert (np.diff(made.town.community) >= 0).all()
    assert set(made.town.community) == set(range(made.town.n_communities))


def test_the_same_seed_gives_the_same_town():
    one, same, other = (benches.town(5000, seed, barriers=True) for seed in (1, 1, 2))

    assert (one.town.xy_m == same.town.xy_m).all()
    assert (one.town.households == same.town.households).all()
    assert shapely.equals_exact(one.barriers, same.barriers).all()
    assert not (one.town.households == other.town.households).all()


def test_the_district_of_the_bench_makes_2100_grids_of_400():
    made = benches.district(1).town

    totals = np.bincount(made.community, made.households)
    assert made.n == 100_000
    assert made.n_communities == 500
    assert made.households.sum() == 2100 * 400
    assert totals.min() >= benches.MIN_PIECE
    assert made.households.max() < 300


def test_no_barrier_leaves_a_piece_that_cannot_be_cut():
    """Between two neighbouring barriers' sides, each community keeps enough households."""
    made = benches.town(20_000, 3, barriers=True)
    points = shapely.points(made.town.xy_m)
    assert len(made.barriers) > 1
    for line in made.barriers:
        (west, south, east, _) = line.bounds
        below = shapely.Polygon([*line.coords, (east, south - 1e5), (west, south - 1e5)])
        inside = shapely.contains(below, points)
        n = made.town.n_communities
        one = np.bincount(made.town.community[inside], made.town.households[inside], n)
        two = np.bincount(made.town.community[~inside], made.town.households[~inside], n)
        pieces = np.concatenate([one, two])
        assert pieces[pieces > 0].min() >= benches.MIN_PIECE
        assert (np.minimum(one, two) > 0).any()
        assert shapely.distance(points, line).min() > 5


def test_nearest_buildings_are_metres_apart():
    made = benches.town(5000, 5)
    tree = shapely.STRtree(shapely.points(made.town.xy_m))
    _, distance = tree.query_nearest(
        shapely.points(made.town.xy_m), exclusive=True, return_distance=True
    )
    assert distance.min() > 2
    assert np.median(distance) > 8


@pytest.mark.parametrize(("n_buildings", "households"), [(0, None), (10, 9)])
def test_nonsense_is_refused(n_buildings, households):
    with pytest.raises(ValueError, match="buildings"):
        benches.town(n_buildings, 1, households=households)


def test_a_province_keeps_codes_and_households_of_its_counties(tmp_path):
    villages, census = tmp_path / "villages.csv", tmp_path / "census.csv"
    rows = [f"4401{c:02}{s:03}{v:03}" for c in (3, 4) for s in (1, 2) for v in (1, 2, 3)]
    villages.write_text("code,areaCode\n" + "".join(f"{r},{r[:6]}\n" for r in reversed(rows)))
    census.write_text("区划代码,家庭户数\n440000.0,\n440103.0,9000\n440104.0,7001\n", "utf-8")

    made = benches.province(villages, census, 1, n_buildings=2000)

    totals = np.bincount(made.town.community, made.town.households)
    assert made.codes == tuple(rows)
    assert made.town.n == 2000
    assert (totals[:6].sum(), totals[6:].sum()) == (9000, 7001)


def test_a_county_without_census_is_named(tmp_path):
    villages, census = tmp_path / "villages.csv", tmp_path / "census.csv"
    villages.write_text("code,areaCode\n440105001001,440105\n")
    census.write_text("区划代码,家庭户数\n440103,9000\n", "utf-8")

    with pytest.raises(ValueError, match="county 440105"):
        benches.province(villages, census, 1)
