"""A Dask cluster, and what happens when parts of it are lost, missing or of other versions."""

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Timer

import numpy as np
import pytest
from bench.engines.clusters import free_port
from tests.kapok.engines.planners import PLANNERS
from tests.kapok.engines.watched import begun, deadly, kill_who_begins, sum_of, watched, wrong

from kapok.engines import cluster as engine
from kapok.engines.choosing import Choice, Engine, opened
from kapok.engines.cluster import on_cluster
from kapok.engines.parts import SMALL_BYTES
from kapok.errors import Refused
from kapok_planning.spreading import in_turn

N_PARTS = 20

OTHER_KAPOK = """
from kapok.engines import versions
ours = versions.versions()
versions.versions = lambda: {**ours, "kapok": "0.0.1"}
"""


@pytest.fixture(scope="module")
def engines(cluster):
    """Every engine opened once."""
    choices = {
        "threads": Choice(n_workers=3),
        "local": Choice(Engine.LOCAL, n_workers=2),
        "dask": Choice(Engine.DASK, scheduler=cluster.address),
    }
    with ExitStack() as stack:
        yield {name: stack.enter_context(opened(choice)) for name, choice in choices.items()}


@pytest.mark.parametrize("planner", PLANNERS, ids=lambda planner: planner.name)
def test_the_plan_is_the_same_whoever_works_on_it(planner, engines):
    alone = planner.plan(in_turn)

    for name, spread in engines.items():
        for ours, theirs in zip(alone, planner.plan(spread), strict=True):
            np.testing.assert_array_equal(ours, theirs, err_msg=f"{planner.name} on {name}")


def test_a_killed_worker_costs_only_its_part(cluster, tmp_path: Path):
    """Three separate processes, of which one is killed while it works."""
    victim = cluster.workers[2].pid
    with on_cluster(cluster.address) as spread:
        results = spread(partial(watched, tmp_path), range(N_PARTS))
        found = [next(results)]
        kill_who_begins(tmp_path, [victim])
        found += results

    assert found == [number * number for number in range(N_PARTS)]
    begun_by = begun(tmp_path)
    numbers = [number for number, _ in begun_by]
    twice = {number for number in numbers if numbers.count(number) > 1}
    assert twice
    assert all((number, victim) in begun_by for number in twice)


def test_an_error_of_a_part_is_raised_here(cluster):
    with on_cluster(cluster.address) as spread, pytest.raises(ZeroDivisionError):
        list(spread(wrong, [1, 0, 2]))


def test_what_is_large_travels_once(cluster):
    table = bytes(3 * SMALL_BYTES)
    with on_cluster(cluster.address) as spread:
        found = list(spread(partial(sum_of, table), range(5)))

    assert found == [len(table) + number for number in range(5)]


def test_a_scheduler_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(engine, "PATIENCE_S", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"

    with pytest.raises(Refused, match=rf"scheduler at {address} does not answer"):
        on_cluster(address).__enter__()


def test_tls_without_keys_is_refused():
    with pytest.raises(Refused, match="wants keys, and Dask has none here"):
        on_cluster("tls://127.0.0.1:8786").__enter__()


def test_a_worker_of_another_version_is_refused(cluster, tmp_path: Path):
    (tmp_path / "other.py").write_text(OTHER_KAPOK)
    cluster.add_worker("--preload", str(tmp_path / "other.py"))

    with pytest.raises(Refused, match=r"has kapok 0\.0\.1 instead of .*; a plan must be made"):
        _open_until_it_has_joined(cluster.address)

    cluster.workers[-1].kill()


def _open_until_it_has_joined(address: str) -> None:
    for _ in range(300):
        with on_cluster(address):
            time.sleep(0.1)


def test_a_worker_of_another_version_that_joins_later_is_refused(cluster, monkeypatch):
    with on_cluster(cluster.address) as spread:
        monkeypatch.setattr(engine, "versions", lambda: {"kapok": "9.0"})

        with pytest.raises(Refused, match=r"took a part has kapok .* instead of 9\.0"):
            list(spread(wrong, [1]))


def test_what_is_left_of_a_cluster_is_said_in_a_sentence(lonely_cluster, monkeypatch):
    with on_cluster(lonely_cluster.address) as spread:
        monkeypatch.setattr(engine, "LONGEST_S", 0.5)
        with pytest.raises(Refused, match="has lost all its workers"):
            list(spread(deadly, [1]))

        monkeypatch.setattr(engine, "PATIENCE_S", 0.3)
        with pytest.raises(Refused, match="No worker has joined"):
            on_cluster(lonely_cluster.address).__enter__()

        monkeypatch.setattr(engine, "LONGEST_S", 60)
        Timer(0.3, lonely_cluster.scheduler.kill).start()
        with pytest.raises(Refused, match="went away"):
            list(spread(wrong, [1]))
