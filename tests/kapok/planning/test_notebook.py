"""Planners as a notebook has them; the page that shows it is run."""

import re
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from kapok.errors import Refused
from kapok.planning import notebook

PAGE = Path(__file__).parents[3] / "docs/how-to/notebook.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_page_says_what_works(here):
    said = {}

    for block in BLOCK.findall(PAGE.read_text("utf-8")):
        exec(compile(block, str(PAGE), "exec"), said)

    assert (here / "hotline.png").stat().st_size > 10_000
    assert said["need"]["agents"].min() > 0
    assert (said["seats"]["person"] != "").all()
    assert said["roster"].broken == ()
    assert set(said["duty"].frame()["cohort"]) >= {"A", "B", "C"}
    assert said["grids"]["number"].tolist() == [1, 1, 2, 2]


def test_a_plan_shows_itself():
    made = notebook.plan("cohorts", {"scheme": "14+14+14", "start": "2026-06-15"})

    assert isinstance(made.picture(), Figure)
    assert made.arrow().num_rows == made.rows.height
    assert str(made).startswith(made.figures[0].label)
    assert all(section.head in str(made) for section in made.sections)


def test_what_is_wrong_is_said_in_a_sentence():
    with pytest.raises(Refused, match="There are no calls"):
        notebook.plan("hotline", {"name": "12345"})
