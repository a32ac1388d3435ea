"""Numbers that have the right form and belong to nobody.

Identity numbers: the division code 440199 (and those just below it, where a day has very many
births) was never given to a county, city or district, so no card bears it; birth date, sex and
check digit are right. Singapore: ``T`` and a year from 50 on, the number of somebody born from 2050
to 2099, with the right letter. Telephones: +86 154 and +65 7 are ranges that no network has.
"""

import numpy as np
from numpy.typing import NDArray

from kapok.samples.population.shares import MALE, Ints

Texts = NDArray[np.object_]

DIVISION = 440199
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643, of the first 17 digits
CHECKS = np.array(list("10X98765432"))
A_DAY = 499  # numbers of each sex for a day and division

NRIC_WEIGHTS = (2, 7, 6, 5, 4, 3, 2)
NRIC_LETTERS = np.array(list("JZIHGFEDCBA"))
OF_T = 4  # what the letter of a T number is further on than that of an S number
NRIC_FIRST, NRIC_LAST = 5_000_000, 9_999_999

STEP = 7_368_787  # a prime: every number of a range once, in no visible order


def mainland(birth: NDArray[np.datetime64], sex: Ints) -> Texts:
    """An identity number for each; no two are equal."""
    day = birth.astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((sex, day))
    key = (day * 2 + sex)[order]
    first = np.flatnonzero(np.diff(key, prepend=key[:1] - 1)) if len(key) else np.zeros(0, int)
    nth = np.empty(len(key), np.int64)
    nth[order] = np.arange(len(key)) - np.repeat(first, np.diff([*first, len(key)]))
    division = DIVISION - nth // A_DAY
    number = nth % A_DAY * 2 + np.where(sex == MALE, 1, 2)
    years = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    months = birth.astype("datetime64[M]").astype(np.int64) % 12 + 1
    days = (birth - birth.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    date = years * 10_000 + months * 100 + days
    body = (division * 10**8 + date) * 1_000 + number
    total = sum(
        weight * (body // 10 ** (16 - nth_digit) % 10) for nth_digit, weight in enumerate(WEIGHTS)
    )
    return _joined(body, CHECKS[total % 11])


def singapore(n: int, *, first: int = 0) -> Texts:
    """A number of the form of an NRIC for each."""
    span = NRIC_LAST - NRIC_FIRST + 1
    body = NRIC_FIRST + (np.arange(first, first + n) * STEP) % span
    total = OF_T + sum(w * (body // 10 ** (6 - i) % 10) for i, w in enumerate(NRIC_WEIGHTS))
    letter = NRIC_LETTERS[total % 11]
    return np.array([f"T{b}{c}" for b, c in zip(body.tolist(), letter, strict=True)], object)


def phones(n: int, *, mainland_range: bool) -> Texts:
    """A telephone number for each, in E.164; no two are equal."""
    size, prefix = (10**8, 86_154 * 10**8) if mainland_range else (10**7, 657 * 10**7)
    body = prefix + (np.arange(n) * STEP + 4_471) % size
    return np.char.add("+", body.astype(str)).astype(object)


def _joined(body: Ints, check: NDArray[np.str_]) -> Texts:
    return np.char.add(body.astype(str), check).astype(object)
