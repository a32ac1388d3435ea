"""Conditions of packs in a browser: the phone's evaluator, and ODK's language, which is XPath."""

from pathlib import Path

from playwright.sync_api import Page
from tests.kapok.packs.condition_cases import CASES, FIELDS, MATTER, PLACE, Case

from kapok.packs import conditions

SCRIPT = Path(conditions.__file__).parents[2] / "static/kapok/conditions.js"
ONLY_IN_ODK = ("regex(", "today()", "now()")  # a browser's XPath has no such functions
EVALUATE = """([cases]) => cases.map(([answers, xpath]) => {
  const made = document.implementation.createDocument(null, "data");
  for (const [name, text] of answers) {
    made.documentElement.appendChild(made.createElement(name)).textContent = text;
  }
  return made.evaluate(xpath, made, null, XPathResult.BOOLEAN_TYPE, null).booleanValue;
})"""


def test_the_phone_says_the_same_as_the_server(page: Page):
    source = SCRIPT.read_text().replace("export const", "const")
    page.set_content("<p></p>")
    said = page.evaluate(
        f"(cases) => {{ {source} return cases.map(([tree, given]) => evaluate(tree, given)); }}",
        [[conditions.tree(case.text), case.variables] for case in CASES],
    )
    assert [case for case, found in zip(CASES, said, strict=True) if found != case.holds] == []


def test_odk_says_the_same_as_the_server(page: Page):
    written = [(case, xpath_of(case)) for case in CASES if "😀" not in str(case.answers)]
    asked = [(c, x) for c, x in written if not any(word in x for word in ONLY_IN_ODK)]
    assert len(asked) > 0.8 * len(CASES)
    page.set_content("<p></p>")
    said = page.evaluate(EVALUATE, [[[nodes(case), xpath] for case, xpath in asked]])
    assert [both for both, found in zip(asked, said, strict=True) if found != both[0].holds] == []


def xpath_of(case: Case) -> str:
    known = conditions.known(FIELDS)
    constants = {"matter": MATTER, "place": PLACE}
    return conditions.xpath(conditions.tree(case.text), known, constants=constants)


def nodes(case: Case) -> list[list[str]]:
    """The answers as ODK writes them."""
    return [[name, written(case.answers.get(name), kind)] for name, kind in FIELDS.items()]


def written(value: object, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return f"{value}:00.000+08:00" if kind == "time" else str(value)
