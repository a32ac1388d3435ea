"""Words are found wherever somebody said them, by whoever may see the matter, and nobody else."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import factories

from kapok.access import scope
from kapok.matters.queries.desk import filters, queue, saying

pytestmark = pytest.mark.django_db
SAID = "楼下Hydrant井盖不见了 100%_sure"


@pytest.fixture
def said(town, send):
    """Matters with words, and the numbers of those that a search finds."""
    at = town.noon

    def say(*words, building=None):
        answers = [
            send(
                town.worker if building is None else town.stranger, "report", kind="lamp",
                building=str((building or town.here).pk), text=text,
            )
            for text in words
        ]  # fmt: skip
        return [answer.matter for answer in answers]

    def find(words, who=None, state="open"):
        acting = scope.of_appointment(who or town.dispatcher, at=at, purpose="matter_handling")
        with scope.acting(acting):
            wanted = filters.Filter(text=words, state=state)
            return {line.id for line in queue.page(wanted, at=at).lines}

    return say, find


@pytest.mark.parametrize("words", ["井盖", "盖不见了", "hydrant", "HYDRANT井", "100%_", "%_"])
def test_two_letters_and_more_are_found_in_either_case(said, words):
    say, find = said
    [here, _other] = say(SAID, "路灯不亮")
    assert find(words) == {here}
    assert find(words, state="all") == {here}


@pytest.mark.parametrize("words", ["井不盖", "没有这样的话", "0%s"])
def test_what_nobody_said_is_not_found(said, words):
    say, find = said
    say(SAID)
    assert find(words) == set()


def test_the_name_of_a_building_is_found(said):
    say, find = said
    [here] = say("dark")
    assert find("示例花园1栋") == {here}


def test_one_letter_alone_is_not_looked_for(said):
    say, find = said
    both = set(say(SAID, "路灯"))
    assert find("井") == both
    assert filters.Filter(text="井").is_short
    assert not filters.Filter(text="7").is_short


def test_a_strangers_matter_never_comes_out(said, town):
    say, find = said
    [here] = say(SAID)
    [far] = say(SAID, building=town.far)
    assert find("井盖") == {here}
    assert find("井盖", who=town.stranger) == {far}


def test_without_a_purpose_nothing_comes_out(said, town):
    say, _find = said
    say(SAID)
    with (
        scope.acting(scope.of_appointment(town.dispatcher, at=town.noon, purpose="")),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT matters_saying('井盖', 10)")
        assert cursor.fetchone() == ([],)


def test_frequent_words_are_found_all_the_same(said, monkeypatch):
    say, find = said
    all_of_them = set(say(SAID, SAID, SAID))
    monkeypatch.setattr(saying, "MOST_REPORTS", 1)
    assert find("井盖") == all_of_them


@given(st.text(max_size=30), st.text(max_size=30), st.data())
@settings(max_examples=50)
def test_the_pairs_of_a_part_are_pairs_of_the_whole(text, address, data):
    text, address = text.replace("\x00", ""), address.replace("\x00", "")
    start = data.draw(st.integers(0, len(text)))
    part = text[start : data.draw(st.integers(start, len(text)))]
    with factories.as_owner_of_rows(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT matters_pairs(%s, %s) @> matters_pairs(%s, '')", [text, address, part]
        )
        assert cursor.fetchone() == (True,)
