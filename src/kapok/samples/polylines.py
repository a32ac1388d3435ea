"""Encoded polylines, as map services write lines into text: many lines at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

OFFSET = 63  # so that every character can be printed
MORE = 0x20  # set in every character of a number but its last
PAYLOAD_BITS = 5
LONGEST = 7  # characters of a number: more than 180 degrees never needs


def decode(
    texts: Sequence[str], *, precision: int = 5
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The corners of encoded lines.

    Parameters
    ----------
    texts
        Encoded lines, latitude before longitude; an empty text is a line without corners.
    precision
        Decimal places that were kept.

    Returns
    -------
    (n, 2) float array
        Longitude and latitude of all corners, line after line.
    (n,) int array
        The line of each corner.

    Raises
    ------
    ValueError
        When a text is no encoded line; it says which one.

    Examples
    --------
    >>> lonlat, line = decode(["_p~iF~ps|U_ulLnnqC_mqNvxq`@", "_p~iF~ps|U"])
    >>> lonlat.tolist()
    [[-120.2, 38.5], [-120.95, 40.7], [-126.453, 43.252], [-120.2, 38.5]]
    >>> line.tolist()
    [0, 0, 0, 1]
    """
    text_of = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    code = np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32).astype(np.int64) - OFFSET
    if not len(code):
        return np.empty((0, 2)), np.empty(0, np.int64)
    ends = code < MORE
    starts = np.concatenate([[0], np.flatnonzero(ends)[:-1] + 1])
    _refuse(code, ends, starts, text_of)
    place = np.arange(len(code)) - np.repeat(starts, np.diff([*starts, len(code)]))
    number = np.add.reduceat((code & (MORE - 1)) << (PAYLOAD_BITS * place), starts)
    step = np.where(number & 1, ~(number >> 1), number >> 1).reshape(-1, 2)
    line = text_of[starts][::2]
    summed = np.cumsum(step, axis=0)
    first = np.flatnonzero(np.diff(line, prepend=-1))
    before = np.repeat(summed[first] - step[first], np.diff([*first, len(line)]), axis=0)
    return (summed - before)[:, ::-1] / 10**precision, line


def _refuse(
    code: NDArray[np.int64],
    ends: NDArray[np.bool_],
    starts: NDArray[np.int64],
    text_of: NDArray[np.int64],
) -> None:
    """Raise where the characters cannot be an encoded line."""
    foreign = (code < 0) | (code >= 2 * MORE)
    last_of_text = np.append(text_of[1:] != text_of[:-1], True)
    too_long = np.diff([*starts, len(code)]) > LONGEST
    odd = np.bincount(text_of[starts], minlength=text_of[-1] + 1) % 2 == 1
    wrong = [
        *text_of[foreign],
        *text_of[last_of_text & ~ends],
        *text_of[starts][too_long],
        *np.flatnonzero(odd),
    ]
    if wrong:
        raise ValueError(f"Text {min(wrong) + 1} is not an encoded polyline.")
