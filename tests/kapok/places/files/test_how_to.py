"""The page "Draw grids from a file" says what is so: every command on it runs."""

import json
import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[4] / "docs" / "how-to" / "draw-from-a-file.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, flags=re.DOTALL)
COMMANDS = [
    line for block in BLOCKS for line in block.replace("\\\n", "").splitlines() if line.strip()
]


@pytest.fixture
def files(here):
    """The files that the page speaks of."""
    table = re.search(r"```csv\n(.*?)```", TEXT, flags=re.DOTALL)[1]
    Path("buildings.csv").write_text(table)
    blocks = table.replace("id,", "block,").replace("households", "total_units")
    Path("blocks.csv").write_text(blocks)
    plan = "id,grid\nA1,1\nA2,1\nA3,1\nA4,2\nA5,2\nA6,2\nB1,3\nB2,3\n"
    for name in ("former.csv", "somebody_elses.csv", "plan.csv"):
        Path(name).write_text(plan)
    line = {"type": "LineString", "coordinates": [[113.247, 23.1], [113.247, 23.2]]}
    for name in ("rivers.geojson", "main_streets.geojson"):
        Path(name).write_text(json.dumps(line))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_the_page_runs(files, kapok, command):
    words = shlex.split(command)
    assert words[0] == "kapok"
    if "plan.geojson" in words[2:4] and words[1] == "measure":
        kapok("draw", "buildings.csv", "-o", "plan.geojson", "--within", "community")

    assert kapok(*words[1:]).status == 0


def test_the_figures_on_the_page_are_what_is_printed(files, kapok):
    shown = re.search(r"```text\n(Grids .*?)…", TEXT, flags=re.DOTALL)[1]
    command = next(line for line in COMMANDS if "buildings.csv" in line)

    assert kapok(*shlex.split(command)[1:]).out.startswith(shown)
