from contextlib import suppress

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok.packs.condition_cases import CASES, FIELDS, OPTIONS, Case

from kapok.packs import conditions

KNOWN = conditions.known(FIELDS)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def fault(text: str) -> str:
    with pytest.raises(conditions.Unfit) as refusal:
        conditions.checked(text, KNOWN, OPTIONS)
    return str(refusal.value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.text} {case.answers}")
def test_the_server_says_whether_a_condition_holds(case: Case):
    conditions.checked(case.text, KNOWN, OPTIONS)
    assert conditions.holds(case.text, case.variables) is case.holds


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("answers.agee > 5", "There is no “answers.agee”. Did you mean “age”?"),
        ("answer.age > 5", "“answer” is not known in a condition. It begins with one of"),
        ("answers", "Say what of “answers”"),
        ("answers.age", "must be true or false"),
        ("answers.age > 'a'", "cannot compare a integer with a text"),
        ("answers.name > 'a'", "cannot compare a text with a text"),
        ("answers.need == 'fod'", "“fod” is no choice of answers.need. Did you mean “food”?"),
        ("'coughs' in answers.signs", "Did you mean “cough”?"),
        ("answers.born > '2021-6-1'", "is no date"),
        ("answers.age + 1.5 > 2", "Write 1.0 instead of 1"),
        ("answers.age / 2 > 2", "divides decimal numbers alone"),
        ("answers.age * answers.age > 2", "multiplies with a plain number"),
        ("has(answers.signs)", "size(answers.signs) > 0"),
        ("answers.photo == 'x'", "cannot compare this"),
        ("answers.ill && answers.age", "neither true nor false"),
        ("answers.age == null", "There is no null here"),
        ("answers.age > 5 &&", "stops in the middle"),
        ("answers.age > 5)", "“)” is not expected at character 16"),
        ("answers['age'] > 5", "by their name"),
        ("answers.age.days > 5", "with one dot"),
        ("answers.signs.all(s, s == 'a')", "has no function “all”"),
        ("timestamp('2021-06-12') < now.date", "has no function “timestamp”"),
        ("answers.name == 'a", "A quote is not closed"),
        ("answers.age > 1e3", "Write plain numbers".lower()),
        ("answers.age > 9999999999999", "too great"),
        ("answers.age ≥ 5", "does not belong into a condition"),
        ("answers.name.matches('(a+)+')", "can take for ever"),
        (r"answers.name.matches('\\d')", "not every phone understands"),
        ("answers.name.matches('(?=a)')", "not every phone understands"),
        ("answers.name.matches(answers.need)", "with a plain text"),
        ("(" * 30 + "true" + ")" * 30, "too many brackets"),
        (" || ".join(["true"] * 150), "at most 1000 characters"),
        ("||".join(["true"] * 120), "too long. Split it into two"),
        ("", "stops in the middle"),
    ],
)
def test_a_condition_outside_the_shared_part_is_refused_with_a_sentence(text: str, sentence: str):
    assert sentence in fault(text)


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_refused(text: str):
    with suppress(conditions.Unfit):
        assert conditions.checked(text, KNOWN, OPTIONS) == conditions.tree(text)


PIECES = [
    *("answers.age", "answers.ill", "answers.need", "5", "'food'", "true", "has(", "size("),
    *("(", ")", "&&", "||", "!", "==", "<", "in", "[", "]", ",", "?", ":", "+", "-", "%", "."),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join))
def test_what_is_accepted_can_be_evaluated_and_written_for_odk(text: str):
    try:
        tree = conditions.checked(text, KNOWN, OPTIONS)
    except conditions.Unfit:
        return
    conditions.holds(text, {"answers": {}})
    assert conditions.xpath(tree, KNOWN, constants={"matter": {}, "place": {}})


def test_a_pattern_of_nested_repeats_ends_soon():
    assert not conditions.matches("a" * 100_000 + "b", "(a|a)*")


def test_odk_is_told_when_it_cannot_know_something():
    tree = conditions.checked("now.working", KNOWN)
    with pytest.raises(conditions.Unfit, match="ODK"):
        conditions.xpath(tree, KNOWN)
