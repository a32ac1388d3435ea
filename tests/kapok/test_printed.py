"""README and tutorial show what Kapok shows: their commands are run, their steps are taken.

When the core draws otherwise than before, the sentences that these tests miss are those to be
written into the pages, in both languages.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

ROOT = Path(__file__).parents[2]
README, TUTORIAL = ROOT / "README.md", ROOT / "docs/tutorials/first-grids.md"
TUTORIAL_ZH = ROOT / "docs/tutorials/first-grids.zh.md"
COMMUNITY, DISTRICT = 440103022001000, 440103000000000
HOUSE = "示例村13巷5号"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## ", re.MULTILINE)
NUMBER = re.compile(r"\d[\d.,]*\d|\d")


def sessions(page: Path) -> list[tuple[list[str], str]]:
    """The ``kapok`` commands of each block of a page, and what they answer, where it is shown."""
    blocks = BLOCK.findall(page.read_text("utf-8"))
    following = [*blocks[1:], ("", "")]
    found = []
    for (kind, text), (next_kind, answer) in zip(blocks, following, strict=True):
        lines = text.replace("\\\n", "").splitlines()
        commands = [line for line in lines if line.startswith("kapok ")]
        if kind == "sh" and commands:
            found.append((commands, answer if next_kind == "text" else ""))
    return found


def run(command: str, folder: Path) -> str:
    """What a command prints, warnings after the rest."""
    program = [sys.executable, "-c", "from kapok.cli import main; main()", *command.split()[1:]]
    ended = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout + ended.stderr


@pytest.mark.slow
def test_commands_of_readme_and_tutorial_print_what_the_pages_show(tmp_path: Path):
    pages = [[each for each in sessions(README) if each[1]], sessions(TUTORIAL)]
    assert [len(each) for each in pages] == [1, 2]
    for commands, shown in [session for each in pages for session in each]:
        printed = [run(command, tmp_path) for command in commands][-1]
        lines = [line.partition("…")[0] for line in shown.splitlines()]
        assert not [line for line in lines if line not in printed], printed


@pytest.mark.slow
def test_the_tutorial_tells_what_the_desk_shows(box: None):
    told = " ".join(TUTORIAL.read_text("utf-8").replace("*", "").split())
    missing = [sentence for sentence in steps() if sentence not in told]
    assert not missing, "\n".join(missing)


def steps() -> list[str]:
    """Take the tutorial's steps on a new box; what it must say of them."""
    from kapok.box import first_load  # noqa: PLC0415  # needs the settings
    from kapok.places import operations, queries  # noqa: PLC0415

    first_load.ensure_town()
    now: dict[str, Any] = {"by": None, "at": timezone.now()}
    before = queries.desk(COMMUNITY)
    assert before
    grids = {line.label: line for line in before.grids}
    said = [
        f"the community has {before.panel.n_grids} grids, all {before.panel.n_in_bounds} with 300",
        f"to 500 households, {before.panel.households_mean:.0f} in the mean",
        f"people live {before.panel.rms_m:.1f} m from the middle",
        f"`{grids['010'].code}`, its {grids['010'].households} households",
    ]
    assert (before.panel.n_discontiguous, before.panel.n_crossings) == (0, 0)
    assert grids["009"].n_buildings == 10

    operations.lock_grids(codes=[COMMUNITY + 9], **now)
    drawing = operations.draw_grids(area_code=COMMUNITY, low=250, high=400, **now)
    change = queries.compare(drawing.pk)
    share = f"{change.moved_households} households ({change.moved_households / 4309:.1%})"
    in_bounds = sum(250 <= line.households <= 400 for line in before.grids)
    new = next(each for each in change.grids if each.label == "012")
    parts = " and ".join(
        f"{part.households} {'households ' * (part == new.was[0])}from {part.label}"
        for part in new.was
    )
    said += [
        f"{share} would change their grid, in {change.moved_buildings} buildings",
        f"{change.n_kept} codes go on, {change.n_new} are new",
        f"{in_bounds} of the {before.panel.n_grids} grids in force have 250 to 400 households",
        f"all {drawing.grids.count()} of the proposal",
        f"the new grid 012 takes {parts}",
    ]

    first, second = drawing.grids.filter(code__isnull=True).order_by("number")[:2]
    house = drawing.placements.get(building__name=HOUSE).building
    assert drawing.placements.get(building=house).grid == first
    left, joined = operations.move_building(
        drawing_id=drawing.pk, building_id=house.pk, to_grid_id=second.pk, **now
    )
    moved = queries.compare(drawing.pk).moved_households
    said += [
        f"It has {house.households} households",
        f"002 · {second.households} households",
        f"now has {left.households} households, the one it joined {joined.households}.",
        f"now {moved} households change their grid",
    ]

    operations.publish(drawing_id=drawing.pk, **now)
    district = queries.desk(DISTRICT)
    assert district
    n_outside = district.panel.n_grids - district.panel.n_in_bounds
    return [*said, f"the {n_outside} grids outside their bounds"]


def test_the_tutorial_tells_the_same_figures_in_both_languages():
    english, chinese = (
        [Counter(NUMBER.findall(section)) for section in SECTION.split(page.read_text("utf-8"))]
        for page in (TUTORIAL, TUTORIAL_ZH)
    )
    assert english == chinese
