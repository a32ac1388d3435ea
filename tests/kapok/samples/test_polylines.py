"""Encoded polylines: the published example, and our own encoder written the plain way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapok.samples.polylines import decode

from .encoding import encoded

places = st.lists(
    st.tuples(st.integers(-18_000_000, 18_000_000), st.integers(-9_000_000, 9_000_000)), max_size=8
)


def test_the_published_example():
    lonlat, line = decode(["_p~iF~ps|U_ulLnnqC_mqNvxq`@"])

    assert lonlat.tolist() == [[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252]]
    assert line.tolist() == [0, 0, 0]


def test_a_place_in_singapore():
    lonlat, _ = decode(["kviGiysyR"])

    assert lonlat.tolist() == [[103.98117, 1.36566]]  # Abingdon Road, in Changi


@given(st.lists(places, max_size=5))
def test_what_was_encoded_is_decoded(lines):
    lonlat, line = decode([encoded(corners) for corners in lines])

    assert (np.rint(lonlat * 1e5)).tolist() == [list(p) for corners in lines for p in corners]
    assert line.tolist() == [i for i, corners in enumerate(lines) for _ in corners]


def test_other_precisions():
    assert decode([encoded([(1_234_567, 7_654_321)])], precision=6)[0].tolist() == [
        [1.234567, 7.654321]
    ]


@pytest.mark.parametrize(
    "text",
    ["_p~iF", "_p~iF~ps|U_", "_p~iF ~ps|U", "_p~iF~ps|U\u20ac", "~~~~~~~~~~~~?_p~iF"],
    ids=["odd", "cut off", "a space", "a euro", "a number too long"],
)
def test_what_is_no_polyline_is_refused(text):
    with pytest.raises(ValueError, match="Text 2 is not an encoded polyline"):
        decode(["_p~iF~ps|U", text])
