"""Clusters for the tests of this folder."""

import pytest
from bench.engines.clusters import Cluster

from kapok.words import said_in


@pytest.fixture(autouse=True)
def _english():
    with said_in("en"):
        yield


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler and three workers, started once."""
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    for _ in range(3):
        made.add_worker()
    made.wait()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def lonely_cluster(tmp_path_factory):
    """A scheduler with one worker, which tests may end."""
    made = Cluster(tmp_path_factory.mktemp("lonely"))
    made.add_worker()
    made.wait()
    yield made
    made.stop()
