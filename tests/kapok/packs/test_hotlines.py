"""The part of a pack that speaks for the hotline: each fault is a sentence with its line."""

import json
import re

import pytest
import yaml
from tests.kapok.packs.small_pack import small_pack

from kapok.packs.documents import read
from kapok.packs.operations import SHIPPED

HOTLINE = """\
hotline:
  opening: opening
  source: us
  categories:
    - {code: lamp, label: {zh: 灯, en: Lamp}, kind: lamp, script: opening}
    - {code: talk, label: {zh: 谈心, en: Talk}}
  scripts:
    - {code: opening, label: {zh: 接, en: Picking up}, lines: [{zh: 您好, en: Hello}]}
  questions:
    - {code: distress, ask: {zh: 痛苦, en: Distressed}, level: 1}
    - {code: plan, ask: {zh: 计划, en: A plan}, level: 3}
  risk:
    - {level: 0, label: {zh: 无, en: None}, steps: [{zh: 听, en: Listen}]}
    - {level: 1, label: {zh: 苦, en: Distress}, steps: [{zh: 听, en: Listen}]}
    - {level: 2, label: {zh: 念, en: Thoughts}, steps: [{zh: 听, en: Listen}]}
    - {level: 3, label: {zh: 划, en: A plan}, steps: [{zh: 听, en: Listen}]}
    - {level: 4, label: {zh: 行, en: An act}, steps: [{zh: 听, en: Listen}]}
  safe_words: [{zh: 木棉花, en: Kapok}]
  yes_no: %(yes_no)s
"""
SHIPPED_HOTLINE = yaml.safe_load((SHIPPED / "gd-2021.yaml").read_text("utf-8"))["hotline"]
YES_NO = json.dumps(SHIPPED_HOTLINE["yes_no"][:2], ensure_ascii=False)
PHONED = ("doors: [PORTAL, PATROL]", "doors: [PORTAL, PATROL, PHONE]")
FORM = """\
    report_form: {fields: [{name: sort, type: choice, label: {zh: 类, en: Sort}, options: [
      {code: dark, label: {zh: 暗, en: Dark}}, {code: broken, label: {zh: 坏, en: Broken}}]}]}
    route: [{to: GRID_WORKER}]
"""


def pack(*changes: tuple[str, str]) -> str:
    text = small_pack(more=HOTLINE % {"yes_no": YES_NO})
    for old, new in (PHONED, ("    route: [{to: GRID_WORKER}]\n", FORM), *changes):
        assert old in text
        text = text.replace(old, new)
    return text


def only_fault(*changes: tuple[str, str]) -> str:
    [fault] = read(pack(*changes)).faults
    assert fault.line > 20, "the fault stands where it was written"
    return fault.sentence


def test_a_hotline_is_read_and_looked_up():
    body = read(pack()).body
    assert body is not None
    hotline = body.hotline
    assert [category.code for category in hotline.categories] == ["lamp", "talk"]
    assert hotline.script("opening").lines[0].en == "Hello"
    assert hotline.script(None) is None
    assert hotline.category("never") is None
    assert hotline.least_level({}) == 0
    assert hotline.least_level({"distress": True, "plan": False}) == 1
    assert hotline.least_level({"distress": True, "plan": True}) == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("opening: opening", "opening: hello", "There is no script “hello”"),
        ("kind: lamp, script: opening", "kind: lamp, script: sos", "There is no script “sos”."),
        ("kind: lamp, script", "kind: lift, script", "There is no kind “lift” in this pack."),
        ("- {code: talk,", "- {code: lamp,", "code “lamp”.* twice"),
        ("{code: plan, ask", "{code: distress, ask", "code “distress”.* twice"),
        (
            "kind: lamp, script",
            "kind: lamp, answers: {sort: green}, script",
            "The report form of that kind has no such answer.",
        ),
        (
            "kind: lamp, script",
            "kind: lamp, answers: {colour: dark}, script",
            "The report form of that kind has no such answer.",
        ),
        (
            "{code: talk, label: {zh: 谈心, en: Talk}}",
            "{code: talk, label: {zh: 谈心, en: Talk}, answers: {sort: dark}}",
            "Answers need a kind whose form they answer.",
        ),
        ("safe_words: [{zh: 木棉花, en: Kapok}]", "safe_words: []", "At least 1 are needed here."),
        ("en: A plan}, level: 3", "en: A plan}, level: 5", "at most 4"),
        ("{level: 4, label", "{level: 3, label", "The ladder of risk has the levels 0 to 4"),
        ("en: Distressed}", "no: Distressed}", "“no” is not known here"),
    ],
)  # fmt: skip
def test_each_fault_of_a_hotline_is_a_sentence(old, new, said):
    found = read(pack((old, new))).faults
    assert any(re.search(said, fault.sentence) for fault in found), found


def test_a_ladder_with_a_rung_missing_is_refused():
    rung = "    - {level: 2, label: {zh: 念, en: Thoughts}, steps: [{zh: 听, en: Listen}]}\n"
    assert "At least 5" in only_fault((rung, ""))


def test_a_need_becomes_a_kind_that_may_be_told_by_telephone():
    said = only_fault((PHONED[1], PHONED[0]))
    assert said == "“lamp” cannot be reported by telephone. Add PHONE to its doors."


def test_twice_the_same_script_is_refused():
    line = (
        "    - {code: opening, label: {zh: 接, en: Picking up}, lines: [{zh: 您好, en: Hello}]}\n"
    )
    assert "twice" in only_fault((line, line + line))


def test_the_shipped_words_lead_to_kinds_and_scripts_that_are_there():
    body = read((SHIPPED / "gd-2021.yaml").read_bytes()).body
    hotline = body.hotline
    realms = {body.kind(category.kind).realm for category in hotline.categories if category.kind}
    assert "ORDER" not in realms, "nobody who calls for help is reported to the police by it"
    talk = hotline.category("talk")
    assert (talk.kind, talk.script) == (None, "distress")
    assert {"emergency", "child"} == {each.code for each in hotline.categories if each.is_urgent}
    assert body.values["retention.hotline"].number == 3


def test_other_packs_need_no_hotline():
    assert "hotline" not in yaml.safe_load((SHIPPED / "typhoon-demo.yaml").read_text())
    assert read(small_pack()).body.hotline is None
