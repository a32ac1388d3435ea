"""Codes nest: what lies in an area is a half-open range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok import codes
from kapok.codes import Level

levels = st.sampled_from(list(Level))


@st.composite
def areas(draw):
    """A code of 15 digits that is padded for its level, and the level."""
    level = draw(levels)
    width = codes.WIDTH[level]
    return draw(st.integers(10**14 // width, (10**15 - 1) // width)) * width, level


@given(areas())
def test_padding_and_dividing_undo_each_other(area):
    code, level = area
    assert codes.padded(codes.division(code, level)) == code


@given(areas(), st.integers(10**14, 10**15 - 1))
def test_a_place_lies_in_an_area_when_it_begins_with_its_digits(area, place):
    code, level = area
    low, high = codes.span(code, level)
    assert (low <= place < high) is str(place).startswith(codes.division(code, level))


@given(areas())
def test_ancestors_hold_the_area_and_grow_in_digits(area):
    code, _ = area
    ancestors = codes.ancestor_codes(code)
    assert ancestors == sorted(ancestors)
    assert ancestors[-1] == code
    assert all(str(code).startswith(str(each).rstrip("0")) for each in ancestors)


@given(st.integers(10**14, 10**15 - 1))
def test_the_community_of_a_place_ends_in_three_zeros(place):
    community = codes.community_of(place)
    assert community % 1000 == 0
    assert community <= place < community + 1000


@pytest.mark.parametrize(
    "text", ["", "4", "44010302200100001", "44a1", "４４", "04", "-44", "44.0", " 44"]
)
def test_nonsense_is_no_division_code(text):
    with pytest.raises(ValueError, match=r"code|zero"):
        codes.padded(text)
