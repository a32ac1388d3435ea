"""Which grids keep their code: laws that hold for every change."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from kapok.places.matching import Share, codes_that_go_on


@st.composite
def changes(draw):
    """Buildings with an old code (0: none), a new grid and households; as shares."""
    n = draw(st.integers(1, 30))
    building = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 9))
    totals = defaultdict(lambda: [0, 0])
    for code, grid, households in draw(st.lists(building, min_size=n, max_size=n)):
        totals[(code and 100 + code, grid)][0] += households
        totals[(code and 100 + code, grid)][1] += 1
    return [Share(code, grid, h, b) for (code, grid), (h, b) in totals.items()]


@given(changes())
def test_each_code_goes_to_one_grid_and_only_where_they_overlap(shares):
    kept = codes_that_go_on(shares, locked={})

    assert len(set(kept.values())) == len(kept)
    assert {(code, grid) for grid, code in kept.items()} <= {(s.code, s.grid) for s in shares}
    assert 0 not in kept.values()


@given(changes())
def test_a_kept_code_holds_half_of_both(shares):
    for grid, code in codes_that_go_on(shares, locked={}).items():
        common = next(s for s in shares if (s.code, s.grid) == (code, grid))
        for total in (
            [s for s in shares if s.code == code],
            [s for s in shares if s.grid == grid],
        ):
            households = sum(s.households for s in total)
            buildings = sum(s.buildings for s in total)
            assert (
                2 * common.households >= households
                if households
                else 2 * common.buildings >= buildings
            )


@given(changes())
def test_more_than_half_of_both_always_keeps_the_code(shares):
    kept = codes_that_go_on(shares, locked={})
    for share in shares:
        of_code = sum(s.households for s in shares if s.code == share.code)
        of_grid = sum(s.households for s in shares if s.grid == share.grid)
        if share.code and 2 * share.households > max(of_code, of_grid):
            assert kept[share.grid] == share.code


@given(changes(), st.randoms())
def test_the_order_of_the_shares_does_not_matter(shares, random):
    shuffled = list(shares)
    random.shuffle(shuffled)

    assert codes_that_go_on(shuffled, locked={}) == codes_that_go_on(shares, locked={})


@given(changes(), st.data())
def test_a_locked_grid_keeps_its_code_whatever_the_others_share(shares, data):
    share = data.draw(st.sampled_from(shares))
    if not share.code:
        return
    kept = codes_that_go_on(shares, locked={share.grid: share.code})

    assert kept[share.grid] == share.code
    assert list(kept.values()).count(share.code) == 1
