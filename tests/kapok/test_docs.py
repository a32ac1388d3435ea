"""What the written pages promise about themselves."""

import re
from pathlib import Path

import pytest

from kapok_planning.grids import Reason

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "bench/README.md"])
READMES = [ROOT / "README.md", ROOT / "README.zh.md"]
TUTORIALS = [ROOT / f"docs/tutorials/first-grids{ending}" for ending in (".md", ".zh.md")]
DECISIONS = sorted((ROOT / "docs/adr").glob("0*.md"))

FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
IMAGE = re.compile(r"!\[[^\]]*\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| (M\d+) \|", re.MULTILINE)


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """What either group of a pattern matched."""
    return ["".join(groups) for groups in pattern.findall(FENCED.sub("", text))]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    headings = HEADING.findall(FENCED.sub("", page.read_text("utf-8")))
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {each.replace(" ", "-") for each in words}


def is_broken(page: Path, link: str) -> bool:
    """Whether a link leads to no file, or to no heading of it."""
    if link.startswith(("https://", "http://", "mailto:")):
        return False
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT) or not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page: Path):
    links = found(LINK, page.read_text("utf-8"))
    assert [link for link in links if is_broken(page, link)] == []


def test_a_broken_link_is_noticed():
    assert is_broken(READMES[0], "docs/nothing.md")
    assert is_broken(READMES[0], "CONTRIBUTING.md#nothing")
    assert is_broken(READMES[0], "../outside.md")
    assert not is_broken(READMES[0], "CONTRIBUTING.md#set-up")


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_readme_says_of_each_row_of_the_mission_whether_it_works(page: Path):
    assert ROW.findall(page.read_text("utf-8")) == [f"M{number}" for number in range(1, 21)]


def test_readmes_show_the_same_pictures_each_in_its_language():
    english, chinese = (found(IMAGE, page.read_text("utf-8")) for page in READMES)
    assert english
    assert [name.replace("-en.", "-zh.") for name in english] == chinese


def test_readmes_and_tutorials_give_the_same_commands_and_answers_in_both_languages():
    for english, chinese in (READMES, TUTORIALS):
        blocks = [FENCED.findall(page.read_text("utf-8")) for page in (english, chinese)]
        without_comments = [[re.sub(r" +# .*", "", text) for text in each] for each in blocks]
        assert without_comments[0] == without_comments[1]


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_its_parts_and_stands_in_the_index(page: Path):
    text = page.read_text("utf-8")
    number = int(page.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.search(r"^Date: \d{4}-\d\d-\d\d\nStatus: \S", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Considered and not taken",
        "Consequences",
    ]
    title = text.splitlines()[0].removeprefix("# ")
    assert f"* [{title}]({page.name})" in (page.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["docs/glossary.md", "docs/explanation/how-grids-are-drawn.md"])
def test_every_reason_of_an_exception_is_explained(page: str):
    text = (ROOT / page).read_text("utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in text] == []
