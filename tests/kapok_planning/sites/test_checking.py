"""The second opinion finds what is wrong with a day."""

from dataclasses import replace

import numpy as np
import pytest
from tests.kapok_planning.sites.cases import days_of, site_of, station

from kapok_planning.sites import broken_rules, simulate

SITE = site_of(station("a"), station("b", (2,), room=1))
DAY = days_of([0, 1, 2, 3], [[4, 4, 4, 4], [9, 9, 9, 9]])


def spoilt(name, k, person, by):
    run = simulate(SITE, DAY)
    array = np.array(getattr(run, name))
    array[k, person] += by
    return replace(run, **{name: array})


def test_a_sound_day_breaks_nothing():
    assert broken_rules(SITE, simulate(SITE, DAY)) == []


@pytest.mark.parametrize(
    ("name", "k", "person", "by", "says"),
    [
        ("came", 0, 1, -1, "somebody comes to a from nowhere"),
        ("start", 0, 0, -2, "somebody is served at a before they come"),
        ("done", 0, 1, 1, "a service at a is not as long as it takes"),
        ("left", 0, 1, -2, "somebody leaves a before they are served"),
        ("left", 0, 0, 3, "Day 0, a: more are served at once than work there"),
        ("start", 1, 0, 40, "somebody waits beside a free desk"),
        ("start", 1, 0, 40, "somebody is served before who came first"),
    ],
)
def test_what_must_not_be_is_told(name, k, person, by, says):
    assert any(says in told for told in broken_rules(SITE, spoilt(name, k, person, by)))


def test_a_room_that_holds_too_many_is_told():
    run = simulate(replace(SITE, stations=(SITE.stations[0], station("b", (2,)))), DAY)
    busy = days_of([0, 0, 0, 0, 0], [[1, 1, 1, 1, 1], [30, 30, 30, 30, 30]])
    run = simulate(site_of(station("a"), station("b", (2,))), busy)
    assert any("its room holds more" in told for told in broken_rules(SITE, run))


def test_somebody_who_is_forgotten_is_told():
    run = simulate(SITE, DAY)
    start, done, left = (np.array(x) for x in (run.start, run.done, run.left))
    start[1, 3] = done[1, 3] = left[1, 3] = np.inf
    told = broken_rules(SITE, replace(run, start=start, done=done, left=left), first_day=7)
    assert "Day 7, b: somebody waits beside a free desk." in told
