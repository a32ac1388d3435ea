"""Options that do not fit together are refused before anything is read."""

import pytest

from kapok.engines.choosing import Choice, Engine, of_box
from kapok.engines.options import chosen
from kapok.engines.versions import difference
from kapok.errors import Refused


def test_threads_are_what_nobody_asks_for():
    assert chosen("threads", None, None) == Choice()


def test_a_cluster_has_an_address():
    assert chosen("dask", "10.0.0.5:8786", None).scheduler == "tcp://10.0.0.5:8786"
    assert chosen("dask", "tls://[::1]:8786", None).engine is Engine.DASK


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--engine", "dask"], "--engine dask needs --scheduler ADDRESS"),
        (["--scheduler", "tcp://10.0.0.5:8786"], "--engine threads has no scheduler"),
        (["--engine", "local", "--scheduler", "a:1"], "--engine local has no scheduler"),
        (["--engine", "dask", "--scheduler", "a:1", "--workers", "2"], "leave --workers out"),
        (["--engine", "dask", "--scheduler", "10.0.0.5"], "is no address of a scheduler"),
        (["--engine", "dask", "--scheduler", "ws://a:8786"], "is no address of a scheduler"),
        (["--engine", "dask", "--scheduler", "tcp://a:99999"], "is no address of a scheduler"),
        (["--workers", "0"], "Input should be greater than or equal to 1"),
        (["--engine", "abacus"], "is not one of 'threads', 'local', 'dask'"),
    ],
)
def test_what_does_not_fit_is_refused(kapok, here, words, says):
    said = kapok("draw", "none.csv", "-o", "out.csv", *words)

    assert said.status == 2
    assert says in said.err


def test_plans_of_pages_are_worked_on_by_the_cluster_that_the_environment_names():
    assert of_box({}) == Choice()
    assert of_box({"KAPOK_SCHEDULER": "tls://a:1"}) == Choice(Engine.DASK, scheduler="tls://a:1")
    with pytest.raises(Refused, match="KAPOK_SCHEDULER: “a” is no address"):
        of_box({"KAPOK_SCHEDULER": "a"})


def test_versions_are_compared_by_name():
    assert difference({"kapok": "1.0", "numpy": "2.0"}, {"kapok": "1.0", "numpy": "2.0"}) == ""
    assert (
        difference({"kapok": "1.0", "numpy": "2.0"}, {"kapok": "0.9"})
        == "kapok 0.9 instead of 1.0, numpy none instead of 2.0"
    )
