"""Telephone numbers are written in one way."""

import pytest

from kapok.people import phones
from kapok.people.phones import read_phone, read_phones
from kapok.people.wrong import Wrong


@pytest.mark.parametrize(
    "text", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000",
             "１３８００１３８０００", "13800138000.0", "'13800138000"]
)  # fmt: skip
def test_however_a_mobile_is_typed_it_is_one_number(text):
    assert read_phone(text) == phones.Phone("+8613800138000", "8000", True)


def test_without_a_country_it_is_one_of_the_region():
    assert read_phone("81234567", "SG").e164 == "+6581234567"
    assert read_phone("020-81234567").e164 == "+862081234567"


def test_a_cell_may_hold_several():
    found = read_phones("13800138000/020-81234567、13800138000")
    assert [phone.e164 for phone in found] == ["+8613800138000", "+862081234567"]


@pytest.mark.parametrize("text", ["", "abc", "12345", "1" * 61, "10000000000", "=1+1"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(Wrong):
        read_phones(text)
