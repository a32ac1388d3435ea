"""What Kapok adds to somebody's words is kept by code, and read by each in their own language."""

import pytest
from django.utils import translation
from pydantic import ValidationError
from tests.kapok.matters.test_desk_pages import browser

from kapok.access import scope
from kapok.matters import exports, notes
from kapok.matters.models import Report

ALL = [
    notes.for_neighbour(helper="李邻居", given_by="王奶奶"),
    notes.not_free("+8613800138000"),
    notes.not_reached(),
    notes.quietly(),
    notes.to_notice(title_zh="明早八点停水", title_en="No water from 8 tomorrow"),
]


def test_each_sentence_is_there_in_both_languages():
    both = notes.in_both(notes.stored(note) for note in ALL)
    assert len(both) == len(notes.Saying) == len(notes.FILLED) == len(notes.SENTENCES)
    assert all(each["zh"] != each["en"] for each in both)


@pytest.mark.parametrize(
    ("language", "english", "words"),
    [
        ("en", "No water", "No water"),
        ("en", "", "停水"),
        ("zh-hans", "No water", "停水"),
    ],
)
def test_a_notice_is_named_in_the_language_that_it_has(language, english, words):
    note = notes.to_notice(title_zh="停水", title_en=english)
    with translation.override(language):
        [said] = notes.in_words([notes.stored(note)])
    assert words in said


def test_a_sentence_of_later_times_is_left_out():
    assert notes.in_words([{"code": "sung", "values": {}}]) == ()


@pytest.mark.parametrize(
    "said",
    [
        {"code": "not_free", "values": {}},
        {"code": "not_reached", "values": {"number": "1"}},
        {"code": "sung", "values": {}},
        {"code": "not_free", "values": {"number": "1" * 201}},
    ],
)
def test_a_note_without_what_its_sentence_needs_is_refused(said):
    with pytest.raises(ValidationError):
        notes.Note.model_validate(said)


@pytest.mark.django_db
class TestOnTheDesk:
    @pytest.fixture
    def lamp(self, town, send):
        note = notes.stored(notes.for_neighbour(helper="李邻居", given_by="王奶奶"))
        return send(
            town.dispatcher, "report", kind="lamp", building=str(town.here.pk), text="the lamp",
            notes=[note],
        ).matter  # fmt: skip

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "李邻居 asks for this household"), ("zh-hans", "李邻居 替这一户求助")],
    )
    def test_the_page_and_the_table_say_it_in_the_language_of_whoever_looks(
        self, town, lamp, language, words
    ):
        client = browser(town.dispatcher)
        client.cookies["django_language"] = language
        assert client.get(f"/matters/{lamp}/").content.decode().count(words) == 1
        with translation.override(language), _acting(town):
            assert words in exports._words([lamp])[lamp]

    def test_words_stay_as_they_were_said(self, town, lamp):
        with _acting(town):
            assert Report.objects.get(matter=lamp).text == "the lamp"


def _acting(town):
    return scope.acting(
        scope.of_appointment(town.dispatcher, at=town.noon, purpose="matter_handling")
    )
