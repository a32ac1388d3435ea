"""Processes of this machine, and what is lost with one of them."""

from functools import partial
from pathlib import Path

import pytest
from tests.kapok.engines.watched import begun, deadly, kill_who_begins, sum_of, watched, wrong

from kapok.engines.parts import SMALL_BYTES
from kapok.engines.processes import in_processes
from kapok.errors import Refused

N_PARTS = 10


def test_a_killed_process_costs_only_its_part(tmp_path: Path):
    with in_processes(2) as spread:
        results = spread(partial(watched, tmp_path), range(N_PARTS))
        first = next(results)
        victim = kill_who_begins(tmp_path)
        rest = list(results)

    assert [first, *rest] == [number * number for number in range(N_PARTS)]
    begun_by = begun(tmp_path)
    twice = {number for number, _ in begun_by if [n for n, _ in begun_by].count(number) > 1}
    assert len(twice) == 1
    assert victim in {pid for number, pid in begun_by if number in twice}
    assert len({pid for _, pid in begun_by}) == 3


def test_a_part_that_nobody_survives_is_given_up_with_a_sentence():
    with in_processes(1) as spread, pytest.raises(Refused, match="4 processes were lost"):
        list(spread(deadly, [1]))


def test_an_error_of_a_part_is_raised_here():
    with in_processes(1) as spread, pytest.raises(ZeroDivisionError):
        list(spread(wrong, [1, 0, 2]))


def test_what_is_large_is_told_once():
    table = bytes(3 * SMALL_BYTES)
    with in_processes(2) as spread:
        assert list(spread(partial(sum_of, table), range(5))) == [
            len(table) + number for number in range(5)
        ]
        assert list(spread(partial(sum_of, b""), range(3))) == [0, 1, 2]


def test_who_stops_taking_results_abandons_what_has_not_begun(tmp_path: Path):
    with in_processes(1) as spread:
        results = spread(partial(watched, tmp_path), range(50))
        next(results)
        results.close()

    assert len(begun(tmp_path)) < 5
