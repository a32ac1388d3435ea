"""Numbers that have the right form and can belong to nobody."""

import csv
from importlib.resources import files

import numpy as np
import phonenumbers
import pytest

from kapok.samples.population import papers
from kapok.samples.population.shares import FEMALE, MALE

KNOWN = "11010519491231002X"  # the example of GB 11643


def check_digit(body):
    return "10X98765432"[sum(w * int(d) for w, d in zip(papers.WEIGHTS, body, strict=True)) % 11]


def days(*texts):
    return np.array(texts, "datetime64[D]")


def test_the_check_digit_is_that_of_the_standard():
    assert check_digit(KNOWN[:17]) == KNOWN[17]

    for number in papers.mainland(days("1949-12-31", "2000-02-29"), np.array([FEMALE, MALE])):
        assert check_digit(number[:17]) == number[17]


def test_birth_date_and_sex_are_in_the_number():
    woman, man = papers.mainland(days("1980-05-07", "2001-12-30"), np.array([FEMALE, MALE]))

    assert (woman[6:14], man[6:14]) == ("19800507", "20011230")
    assert (int(woman[16]) % 2, int(man[16]) % 2) == (0, 1)


def test_no_two_are_equal_even_where_thousands_share_a_birthday():
    birth = np.repeat(days("1990-01-01"), 3_000)

    numbers = papers.mainland(birth, np.arange(3_000) % 2)

    assert len(set(numbers)) == 3_000
    assert {number[:6] for number in numbers} == {"440199", "440198", "440197", "440196"}


def test_the_division_is_none_of_the_province():
    text = (files("kapok.samples") / "data" / "liwan_areas.csv").read_text("utf-8")
    codes = {row["code"] for row in csv.DictReader(text.splitlines())}

    assert "440103" in codes
    assert not any(code.startswith(("440199", "440198", "440197", "440196")) for code in codes)


def test_a_singapore_number_has_its_letter_and_a_birth_to_come():
    first, *_ = papers.singapore(1)
    body, letter = first[1:8], first[8]
    total = 4 + sum(w * int(d) for w, d in zip(papers.NRIC_WEIGHTS, body, strict=True))

    assert letter == "JZIHGFEDCBA"[total % 11]
    assert all(number[0] == "T" and number[1] >= "5" for number in papers.singapore(5_000))
    assert len(set(papers.singapore(50_000))) == 50_000


@pytest.mark.parametrize("mainland", [True, False])
def test_no_telephone_has_such_a_number(mainland):
    numbers = papers.phones(2_000, mainland_range=mainland)

    assert len(set(numbers)) == 2_000
    for number in numbers[::97]:
        parsed = phonenumbers.parse(number)
        assert phonenumbers.is_possible_number(parsed)
        assert not phonenumbers.is_valid_number(parsed)
