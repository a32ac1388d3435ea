import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kapok.matters.conftest import BODY, OUTCOMES
from tests.kapok.packs.small_pack import small_pack

from kapok.packs.documents import read


def faults(text: bytes | str) -> dict[int, str]:
    found = read(text)
    assert found.body is None
    return {fault.line: fault.sentence for fault in found.faults}


def only_fault(text: bytes | str) -> str:
    [fault] = read(text).faults
    return str(fault)


def test_a_small_pack_is_read():
    body = read(small_pack()).body
    assert body is not None
    assert body.kinds[0].label.en == "Lamp"
    assert body.jurisdiction == 440103000000000


def test_all_faults_are_said_at_once_each_with_its_line():
    text = (
        small_pack().replace("realm: SERVICE", "realm: SERVIC").replace("source: us", "sorce: us")
    )
    found = faults(text)
    assert found[9] == "“sorce” is not known here. Did you mean “source”?"
    assert found[14] == "“SERVIC” is not known here. Did you mean “SERVICE”?"
    assert found[13] == "“source” is missing here. Add it."


def test_faults_of_the_schema_do_not_hide_those_between_parts():
    text = small_pack(more="    report_form: {fields: []}\n")
    text = text.replace("realm: SERVICE", "realm: SERVIC\n    colour: red")
    text = text.replace("{to: GRID_WORKER}", "{to: GRID_WORKER}, {to: STREET, when: answers.x > 1}")
    found = faults(text)
    assert found[14].endswith("Did you mean “SERVICE”?")
    assert found[15].startswith("“colour” is not known here.")
    assert found[21] == "There is no “answers.x”. This form has no fields."


def test_a_kind_that_cannot_be_read_may_be_named_by_others():
    why = """\
    why:
      question: {zh: 为什么, en: Why}
      options:
        - {code: ill, label: {zh: 病, en: Ill}, needs_help: true, becomes: help}
        - {code: no, label: {zh: 否, en: No}, becomes: nothing}
  - code: help
"""
    sentences = list(faults(small_pack(more=why)).values())
    assert [said for said in sentences if said.startswith("There is no kind")] == [
        "There is no kind “nothing” in this pack. Add it, or name another."
    ]


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("{zh: 路灯, en: Lamp}", "Lamp", "Write both languages: {zh: …, en: …}."),
        ("{zh: 路灯, en: Lamp}", "{en: Lamp}", "The words are missing in one language: “zh”."),
        ("code: lamp", "code: Lamp 1", "“Lamp 1” is no code."),
        ("valid_from: 2021-06-01", "valid_from: 1. June", "“1. June” is no date."),
        ("number: 2", "number: two", "A number is expected here, not “two”."),
        ('"08:30"', "half past", "is no time of day. Write it as 08:30."),
        ("doors: [PORTAL, PATROL]", "doors: []", "At least 1 are needed here."),
        ("doors: [PORTAL, PATROL]", "doors: PORTAL", "A list is expected here"),
        ("source: us\n    route", "source: them\n    route", "There is no source “them”"),
        ("realm: SERVICE", "realm: SERVICE\n    realm: CARE", "was given already in line 14"),
        ("440103000000000", "440103", "too small: at least 100000000000000"),
        ("[{to: GRID_WORKER}]", "[{to: TEAM}]", "A route to a TEAM has a mix of roles"),
        ("source: us\n    route", "source: us\n\troute", "Indent with spaces"),
        ("{to: GRID_WORKER}", "{to: GRID_WORKER, when: 'matter.urgncy == 1'}", "mean “urgency”?"),
        (
            "{zh: 已修, en: Mended}",
            "{zh: 已修, en: 'Mended {nmber}'}",
            "“{nmber}” cannot be filled",
        ),
        ("code: small", "code: !!python/object:os.system small", "are not allowed"),
        (
            "source: us\nvalues",
            "source: us\n  country: XX\nvalues",
            "holidays of “XX” are not known",
        ),
        ("code: small", "<<: *x", "“<<” is not known here"),
        ("code: small", "code: *x", "“*x” refers to nothing"),
        ("code: small", "? [a, b]\n: c", "A key is one word"),
        ("code: small", "code: small\x07", "control character (U+0007)"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(old: str, new: str, sentence: str):
    assert old in small_pack()
    assert sentence in "\n".join(faults(small_pack().replace(old, new, 1)).values())


FORM = """\
    report_form:
      fields:
        - {name: age, type: integer, label: {zh: 年龄, en: Age}, show_when: "%s"}
        - {name: ill, type: yes_no, label: {zh: 病, en: Ill}, min: 1}
        - {name: id, type: text, label: {zh: 号, en: Id}, pattern: "%s"}
        - {name: one, type: choice, label: {zh: 选, en: One}}
"""


def test_faults_of_forms_are_found():
    found = faults(small_pack(more=FORM % ("answers.age > 5 &&", "a")))
    assert "stops in the middle" in found[24]
    assert found[25] == "A field of the type yes_no has no min and no max."
    assert "have options" in found[27]


def test_a_condition_reads_answers_that_stand_before_it():
    text = FORM.replace(", min: 1", "").replace("type: choice", "type: text")
    found = faults(small_pack(more=text % ("answers.ill", r"\\d+")))
    assert found[24] == "A field is shown by answers before it; “ill” is asked only later."
    assert "[0-9] for digits" in found[26]


def test_a_help_reason_leads_to_care():
    why = """\
    why:
      question: {zh: 为什么, en: Why}
      options:
        - {code: ill, label: {zh: 病, en: Ill}, needs_help: true, becomes: lamp}
        - {code: no, label: {zh: 否, en: No}, needs_help: true}
"""
    found = faults(small_pack(more=why))
    assert found[26] == "A reason that needs help says which kind of matter it becomes."
    found = faults(small_pack(more=why.replace("needs_help: true}", "becomes: lmp}")))
    assert found[25] == "A need for help becomes a matter of CARE; “lamp” is none."
    assert found[26].startswith("There is no kind “lmp” in this pack.")


def test_a_need_for_help_leads_to_no_matter_of_order():
    body = deepcopy(BODY)
    kinds = {each["code"]: each for each in body["kinds"]}
    kinds["help"]["outcomes"] = [OUTCOMES[0] | {"follow_up": "breakout"}]
    kinds["visit"]["steps"][0]["notes"][1]["creates"] = "breakout"
    found = read(json.dumps(body, ensure_ascii=False, indent=1)).faults
    sentence = "What began as a need for help leads to no matter of ORDER; “breakout” is one."
    assert [fault.sentence for fault in found] == [sentence] * 2


def test_every_kind_of_zone_lets_the_sick_out():
    zone = """\
zone_kinds:
  - code: closed
    label: {zh: 封, en: Closed}
    rules: [{zh: 封, en: Closed}]
    colour: "#b3261e"
    strictness: 90
    review_after: {hours: 24}
    exits: [{code: medical, label: {zh: 就医, en: Doctor}}]
    source: us
"""
    text = small_pack(more=zone)
    assert "Every kind of zone has the exit “medical”, always open." in faults(text).values()
    assert read(text.replace("en: Doctor}}", "en: Doctor}, always_open: true}")).body is not None


def test_wrong_encodings_are_named():
    assert "GB18030" in only_fault(small_pack().encode("gb18030"))
    assert "UTF-16" in only_fault(small_pack().encode("utf-16"))
    assert read(("\ufeff" + small_pack()).encode()).body is not None
    assert read(small_pack().replace("\n", "\r\n").encode()).body is not None


def test_a_bomb_of_anchors_is_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert "becomes too large" in only_fault("\n".join(lines))


def test_an_anchor_may_not_hold_itself():
    assert "refers to nothing" in only_fault("a: &a [*a]")


def test_too_large_too_deep_empty_and_many_documents_are_refused():
    assert "too large" in only_fault(b"a: " + b"x" * 10_000_000)
    assert "Too many levels" in only_fault("[" * 50 + "]" * 50)
    assert "nesting depth" in only_fault("[" * 5_000)
    assert "The file is empty" in only_fault("# nothing\n")
    assert "A second document" in only_fault("a: 1\n---\nb: 2\n")


def test_words_stay_words():
    body = read(small_pack().replace("en: Small rules", "en: no")).body
    assert body is not None
    assert body.title.en == "no"


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_text_is_read_or_refused(text: str | bytes):
    found = read(text)
    assert (found.body is None) == bool(found.faults)


@given(st.data())
def test_a_pack_with_a_line_lost_is_read_or_refused(data: st.DataObject):
    lines = small_pack(more=FORM % ("answers.age > 5", "a")).split("\n")
    del lines[data.draw(st.integers(0, len(lines) - 1))]
    assert read("\n".join(lines)).faults
