from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.packs import forms
from kapok.packs.schema import Field, FieldType, Form, Option, Text

NOW = datetime(2021, 6, 12, 13, 5, tzinfo=UTC)  # 21:05 in Guangzhou
PLACE = {"code": "440103022001001", "zones": ["closed"]}


def text(words: str) -> Text:
    return Text(zh=words, en=words)


def field(kind: str, name: str = "x", **more: Any) -> Field:
    if kind in {"choice", "choices"}:
        more["options"] = tuple(
            Option(code=code, label=text(code)) for code in more.pop("codes", ("a", "b"))
        )
    return Field(name=name, type=kind, label=text(name), **more)


def checked(*fields: Field, checks: tuple[Any, ...] = (), **answers: Any) -> forms.Checked:
    form = Form(fields=fields, checks=checks)
    return forms.checked(form, answers, now=NOW, place=PLACE)


def only(kind: str, given: Any, **more: Any) -> Any:
    """The value that one field makes of an answer, or the sentence against it."""
    found = checked(field(kind, **more), x=given)
    return found.faults[0].sentence if found.faults else found.values.get("x")


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("text", "  红棉😀𠮷  ", "红棉😀𠮷"),
        ("text", "   ", None),
        ("integer", "42", 42),
        ("integer", 42.0, 42),
        ("decimal", "37.3", 37.3),
        ("decimal", 37, 37.0),
        ("yes_no", "yes", True),
        ("yes_no", False, False),
        ("choice", "a", "a"),
        ("choices", "a b a", ["a", "b"]),
        ("choices", [], None),
        ("date", "2021-06-12", "2021-06-12"),
        ("time", "21:05:00.000+08:00", "21:05"),
        ("datetime", "2021-06-12T21:05:00+08:00", "2021-06-12T13:05:00Z"),
        ("datetime", "2021-06-12T21:05", "2021-06-12T13:05:00Z"),
        ("phone", "138 0013 8000", "+8613800138000"),
        ("place", 440103022001001, "440103022001001"),
        ("location", "23.1 113.2 0 5", {"lat": 23.1, "lon": 113.2, "accuracy_m": 5.0}),
        ("location", {"lat": 23.1, "lon": 113.2}, {"lat": 23.1, "lon": 113.2}),
        ("photo", "0190163d-8694-739b-aea5-966c26f8ad91", ["0190163d-8694-739b-aea5-966c26f8ad91"]),
        ("code", "A-1", "A-1"),
    ],
)
def test_answers_become_values(kind: str, given: Any, value: Any):
    assert only(kind, given) == value


@pytest.mark.parametrize(
    ("kind", "given", "sentence"),
    [
        ("text", 5, "Words are expected here."),
        ("text", "x" * 10_000_000, "This is too long: 10000000 characters"),
        ("text", "a\x00b", "cannot be kept"),
        ("text", "a\ud800", "cannot be kept"),
        ("integer", "4.5", "A whole number is expected"),
        ("integer", True, "A whole number is expected"),
        ("integer", 10**30, "A whole number is expected"),
        ("integer", "9" * 10_000, "A whole number is expected"),
        ("decimal", float("nan"), "A number is expected"),
        ("decimal", "inf", "A number is expected"),
        ("yes_no", "maybe", "Yes or no"),
        ("yes_no", 1, "Yes or no"),
        ("choice", "c", "none of the choices"),
        ("choices", ["a", {}], "none of the choices"),
        ("date", "12.6.2021", "such as 2021-06-12"),
        ("date", "2021-02-30", "such as 2021-06-12"),
        ("time", "25:00", "such as 21:05"),
        ("datetime", "now", "such as 2021-06-12T21:05"),
        ("datetime", "0001-01-01T00:00:00+08:00", "too far away"),
        ("phone", "12", "is not a telephone number"),
        ("place", "4401", "its code of 15 digits"),
        ("location", {"lat": 91, "lon": 0}, "A position on the map"),
        ("location", {"lat": 1}, "A position on the map"),
        ("photo", ["../../etc/passwd"], "named by its identifier"),
        ("signature", ["0190163d-8694-739b-aea5-966c26f8ad91"] * 2, "At most 1 files"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(kind: str, given: Any, sentence: str):
    assert sentence in only(kind, given)


def test_bounds_and_patterns_hold():
    assert only("integer", 5, min=6) == "Write 6 or above."
    assert only("integer", 5, max=4) == "Write 4 or below."
    assert only("date", "2021-06-12", min="2021-06-13") == "Write 2021-06-13 or above."
    assert only("text", "12345", max_length=4).startswith("This is too long")
    assert only("code", "GZ-1", pattern="[A-Z]{2}-[0-9]+") == "GZ-1"
    assert only("code", "xGZ-1", pattern="[A-Z]{2}-[0-9]+", hint=text("As on the tube.")) == (
        "This does not look as it should. As on the tube."
    )


def test_a_field_that_is_not_shown_is_dropped_and_not_required():
    ill = field("yes_no", "ill")
    since = field("date", "since", show_when="answers.ill", required=True)
    assert checked(ill, since, ill=True).faults == (forms.Fault("since", "This must be answered."),)
    assert checked(ill, since, ill=False, since="2021-06-01") == forms.Checked({"ill": False}, ())
    assert checked(ill, since, since="2021-06-01").values == {}


def test_a_condition_may_require_an_answer():
    need = field("choice", "need", codes=("medicine", "talk"))
    phone = field("phone", "phone", required="answers.need == 'medicine'")
    assert checked(need, phone, need="medicine").faults[0].field == "phone"
    assert checked(need, phone, need="talk").faults == ()


def test_a_wrong_answer_is_not_also_missing():
    found = checked(field("integer", required=True), x="many")
    assert [fault.sentence for fault in found.faults] == ["A whole number is expected here."]


def test_an_option_that_is_not_offered_cannot_be_chosen():
    inside = Option(code="in", label=text("Inside"), show_when="'closed' in place.zones")
    outside = Option(code="out", label=text("Outside"), show_when="!('closed' in place.zones)")
    where = Field(name="x", type="choice", label=text("x"), options=(inside, outside))
    assert checked(where, x="in").faults == ()
    assert checked(where, x="out").faults[0].sentence.startswith("“Outside” cannot be chosen")


def test_checks_wait_for_their_answers():
    begin, end = field("date", "begin"), field("date", "end")
    rule = {"that": "answers.begin <= answers.end", "message": text("Ends before it begins.")}
    wrong = checked(begin, end, checks=(rule,), begin="2021-06-02", end="2021-06-01")
    assert wrong.faults == (forms.Fault("", "Ends before it begins."),)
    assert checked(begin, end, checks=(rule,), begin="2021-06-02").faults == ()


def test_unknown_fields_are_named_and_the_others_kept():
    found = checked(field("text"), x="a", y=1, z=2)
    assert found.values == {"x": "a"}
    assert found.faults == (forms.Fault("", "The form does not ask for “y”, “z”. Leave it out."),)


def test_the_fields_that_are_asked_follow_the_answers():
    form = Form(fields=(field("yes_no", "ill"), field("text", "how", show_when="answers.ill")))
    asked = [
        [one.name for one in forms.shown(form, values, now=NOW, place=PLACE)]
        for values in ({}, {"ill": True})
    ]
    assert asked == [["ill"], ["ill", "how"]]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
ALL = tuple(field(kind, kind) for kind in FieldType)


@given(ANY_JSON | st.dictionaries(st.sampled_from([*FieldType, "other"]), ANY_JSON))
def test_no_json_whatever_raises(answers: Any):
    form = Form(fields=ALL, checks=({"that": "has(answers.date)", "message": text("no")},))
    found = forms.checked(form, answers, now=NOW, place=PLACE)
    assert found.faults or set(found.values) <= set(FieldType)


@given(
    st.dictionaries(st.sampled_from(list(FieldType)), ANY_JSON | st.sampled_from(["a", "1", True]))
)
def test_values_are_answers_that_give_the_same_values(answers: dict[str, Any]):
    form = Form(fields=ALL)
    values = forms.checked(form, answers, now=NOW, place=PLACE).values
    assert forms.checked(form, values, now=NOW, place=PLACE) == forms.Checked(values, ())
