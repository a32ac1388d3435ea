"""Two records of one person are found among a town; two of one family stay two."""

import polars as pl
import pytest
from bench.linkage.judging import against_truth
from bench.linkage.truth import make_truth

from kapok.people.matching.deciding import best_candidates
from kapok.people.matching.levels import (
    COMPARISONS,
    birth_level,
    home_level,
    identity_level,
    name_level,
    phone_level,
)
from kapok.people.matching.model import standard_model
from kapok.people.matching.pairs import pairs_between, pairs_within

SOMEBODY = {
    "name": "王小明", "birth": "1990-05-31", "identity": None, "phone": "+8613800138001",
    "building": "B1", "room": "502", "sex": "F",
}  # fmt: skip


def people(*changes):
    schema = dict.fromkeys(SOMEBODY, pl.String)
    return pl.DataFrame([SOMEBODY | change for change in changes], schema=schema)


def best(row, resident, n=1_000_000):
    pairs = pairs_between(people(row), people(resident))
    return best_candidates(standard_model().score(pairs, prior=0.5 / n))


def test_levels_say_how_far_two_values_agree():
    assert [name_level("王小明", other) for other in ("王小明", "王晓明", "王小朋", "李大伟")] == [
        4, 3, 2, 0,
    ]  # fmt: skip
    assert birth_level("1990-05-31", "1990-05-30") == birth_level("1990-05-04", "1990-04-05") == 2
    assert identity_level("123456", "123465") == 1
    assert phone_level("+861,+862", "+862") == 2
    assert home_level("B1", "1", "B1", "2") == 1
    assert name_level(None, "王小明") is None


@pytest.mark.parametrize(
    "change", [{"name": "王小朋"}, {"birth": "1990-05-13"}, {"phone": None}, {"room": "503"}]
)
def test_one_slip_does_not_hide_somebody(change):
    assert best(change, {})["likeness"].item() > 0.9


@pytest.mark.parametrize(
    "change",
    [
        {"name": "王大伟", "birth": "1962-03-04"},  # the father, with home and telephone in common
        {"name": "李娜", "birth": "1990-05-31"},  # born on the same day
        {"birth": "1951-01-01", "building": "B9", "phone": None},  # of the same name
    ],
)
def test_another_person_is_nobody_we_know(change):
    assert not len(best(change, {}))


def test_other_papers_are_never_sure():
    found = best({"identity": "44010319900531001X"}, {"identity": "440103199005310299"})
    assert not found["is_sure"].any()


def test_repeats_inside_a_list_are_pairs_of_a_row_with_an_earlier_one():
    pairs = pairs_within(people({}, {"name": "李娜", "building": "B2", "phone": None}, {}))
    assert pairs.select("row", "candidate").rows() == [(2, 0)]


def test_more_agreement_is_never_less_likely():
    weights = standard_model().weights
    assert set(weights) == {comparison.name for comparison in COMPARISONS}
    assert all(list(of_one) == sorted(of_one) for of_one in weights.values())


@pytest.mark.slow
def test_recall_and_precision_on_a_truth_with_ten_per_cent_typos():
    truth = make_truth(n_residents=30_000, n_rows=3_000, seed=5)
    pairs = pairs_between(truth.rows, truth.residents)
    found = best_candidates(standard_model().score(pairs, prior=0.5 / 30_000))
    score = against_truth(found, truth.resident_of_row, 0.5)
    assert score.recall >= 0.99
    assert score.precision >= 0.98
