"""Names are found by characters, sound, initials and with one slip; look-alikes are noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.people import names

NAMES = st.text("王李张刘陈小明丽华伟芳娜敏静强", min_size=2, max_size=4)
WORDS = st.lists(st.text("abcdefghij", min_size=2, max_size=8), min_size=1, max_size=3)


@pytest.mark.parametrize(
    "name", ["王小明", "Tan Wei", "O’Brien", "阿卜杜拉·买买提", "陈小明 Tan", "Иванов"]
)
def test_sound_names_raise_no_suspicion(name):
    assert names.suspicion(name) is None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("王\u200b明", names.INVISIBLE),
        ("王\u202e明", names.INVISIBLE),
        ("Таn Wei", names.MIXED),  # Cyrillic Та
        ("Тhоmаs", names.MIXED),
        ("Αnna", names.MIXED),  # Greek Α
        ("СОСО", names.MIXED),  # all Cyrillic, and looks all Latin
        ("王5", names.NOT_A_NAME),
        ("=HYPERLINK", names.NOT_A_NAME),
        ("…", names.NOT_A_NAME),
        ("王" * 101, names.TOO_LONG),
    ],
)
def test_look_alikes_and_signs_are_noticed(name, sentence):
    assert names.suspicion(name) == sentence


@pytest.mark.parametrize(
    ("name", "text", "rank"),
    [
        ("王小明", "王小明", 0),
        ("王小明", "wang xiaoming", 1),
        ("王小明", "王晓明", 1),
        ("王小明", "王小", 2),
        ("王小明", "wxm", 3),
        ("王小明", "小明", 4),
        ("王小明", "王小朋", 5),
        ("王小明", "王大伟", None),
        ("Tan Xiao Ming", "xiao ming tan", 1),
        ("Muhammad Faiz", "faiz", 4),
        ("Muhammad Faiz", "mohammad faiz", 5),
    ],
)
def test_how_well_a_name_answers_a_search(name, text, rank):
    assert names.matches(name, text) == rank


@given(NAMES, st.data())
def test_one_wrong_character_still_meets(name, data):
    place = data.draw(st.integers(0, len(name) - 1))
    other = name[:place] + "鑫" + name[place + 1 :]
    assert names.tokens(name) & names.query_tokens(other)


@given(WORDS)
def test_words_in_another_order_meet_and_are_nearly_the_same(words):
    one, other = " ".join(words), " ".join(reversed(words))
    assert names.tokens(one) & names.query_tokens(other)
    assert names.likeness(one, other) >= 0.94


@given(st.text(max_size=30))
def test_tokens_are_integers_of_postgresql(text):
    assert all(-(2**31) <= token < 2**31 for token in names.tokens(text))


@given(st.one_of(NAMES, WORDS.map(" ".join)), st.one_of(NAMES, WORDS.map(" ".join)))
def test_likeness_is_a_share_and_the_same_both_ways(one, other):
    assert 0 <= names.likeness(one, other) <= 1
    assert names.likeness(one, other) == pytest.approx(names.likeness(other, one))
    assert names.likeness(one, one) == 1


def test_tokens_never_change():
    """They are stored: another hash would lose everybody."""
    assert names.tokens("王小明") == frozenset(
        {521572839, 1425158097, -1667821064, -340688583, -1737812678, -500041893, -1012031140}
    )
