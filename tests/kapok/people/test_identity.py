"""Which numbers of papers can be, and what they say."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.people import identity
from kapok.people.identity import Kind, check_character, kind_of, read_identity
from kapok.people.models import IdentityKind
from kapok.people.wrong import Wrong

TODAY = date(2026, 3, 2)


def read(text, kind=None):
    return read_identity(text, kind, today=TODAY)


def test_the_kinds_are_those_that_are_stored():
    assert set(Kind) == set(IdentityKind.values)


def test_the_example_of_the_standard_says_birth_sex_and_division():
    found = read("11010519491231002X")
    assert (found.kind, found.birth_date, found.sex, found.division) == (
        Kind.MAINLAND, date(1949, 12, 31), "F", "110105",
    )  # fmt: skip


@pytest.mark.parametrize(
    "text", [" 11010519491231002x ", "110105 19491231 002X", "１１０１０５１９４９１２３１００２Ｘ",
             "110105-19491231-002Х"]
)  # fmt: skip
def test_however_it_is_typed_it_is_one_number(text):
    assert read(text).number == "11010519491231002X"


def test_an_old_number_becomes_the_one_of_today():
    assert read("110105491231002") == read("11010519491231002X")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("110105194912310021", identity.CHECK_DIGIT),
        ("1101051949123100", identity.LENGTH),
        ("1.10105E+17", identity.ROUNDED),
        ("110105194912310000", identity.ROUNDED),
        ("00010519491231002" + check_character("00010519491231002"), identity.DIVISION),
        ("11010519491331002" + check_character("11010519491331002"), identity.BIRTH),
        ("11010520991231002" + check_character("11010520991231002"), identity.BIRTH),
        ("S1234567A", identity.CHECK_LETTER),
        ("hello", identity.UNKNOWN),
        ("=1+1", identity.UNKNOWN),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(Wrong) as wrong:
        read(text)
    assert wrong.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("H12345678", Kind.HK_MACAO),
        ("M1234567801", Kind.HK_MACAO),
        ("12345678", Kind.TAIWAN),
        ("E12345678", Kind.PASSPORT),
        ("EA1234567", Kind.PASSPORT),
        ("S1234567D", Kind.SINGAPORE),
        ("T1234567J", Kind.SINGAPORE),
        ("F1234567N", Kind.SINGAPORE),
    ],
)
def test_the_shape_says_the_kind(text, kind):
    assert read(text).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [("居民身份证", Kind.MAINLAND), ("护照", Kind.PASSPORT),
     ("港澳居民来往内地通行证", Kind.HK_MACAO),
     ("台胞证", Kind.TAIWAN), ("NRIC / FIN", Kind.SINGAPORE), ("驾照", None)],
)  # fmt: skip
def test_a_word_says_the_kind(text, kind):
    assert kind_of(text) is kind


def test_a_number_against_its_kind_is_refused():
    with pytest.raises(Wrong):
        read("H12345678", Kind.TAIWAN)


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(digits, place, off):
    last = check_character(digits)
    other = str((int(digits[place]) + off) % 10)
    assert check_character(digits[:place] + other + digits[place + 1 :]) != last


@given(st.text(max_size=40))
def test_anything_is_read_or_refused(text):
    with contextlib.suppress(Wrong):
        assert read(text).number
