"""Published shares of people and households, and what is made of them where none are published.

Figures without a source beside them are Kapok's own guesses; ``docs/explanation/sample-towns.md``
says so too.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FEMALE, MALE = 0, 1
AGES = 18  # groups of five years: 0-4, 5-9, ..., 80-84, 85 and over
OLDEST = 99


@dataclass(frozen=True)
class Shares:
    """What the people of a town are like.

    Attributes
    ----------
    by_age : (2, 18) float array
        People by sex (female, male) and group of five years.
    in_families : float
        How many of them live in family households; the others lodge, or live in dormitories.
    generations : (4,) float array or None
        Family households with one, two, three, and four or more generations in them.
    sizes : (8,) float array or None
        Family households of one, two, ... eight and more people.
    alone : float
        Share of the family households that are one person.
    """

    by_age: Floats
    in_families: float
    generations: Floats | None
    sizes: Floats | None
    alone: float


# Seventh national census of China, 2020, table of counties, Liwan District (440103): people aged
# 0, 1-4, 5-9, ..., 80-84, 85 and over; households of one person, and by generations.
LIWAN_WOMEN = (
    3_973, 24_579, 26_492, 22_067, 22_449, 37_834, 53_755, 57_687, 49_876, 41_804,
    47_247, 45_312, 43_865, 37_634, 31_269, 19_477, 11_935, 12_120, 13_678,
)  # fmt: skip
LIWAN_MEN = (
    4_502, 27_875, 30_445, 25_674, 27_565, 43_850, 58_661, 63_096, 52_396, 42_913,
    47_688, 45_431, 45_946, 38_505, 30_991, 19_792, 11_635, 9_072, 9_215,
)  # fmt: skip
LIWAN_GENERATIONS = (243_899, 140_343, 37_179, 574)
LIWAN_ALONE, LIWAN_HOUSEHOLDS, LIWAN_IN_FAMILIES = 149_056, 421_995, 949_671

# Department of Statistics Singapore: residents of 2024 in thousands below 20, of 20-64, and of 65
# and over, with 948 men for each 1,000 women (“Population and Population Structure, latest data”);
# resident households by size, Census of Population 2020 (table CT/17487).
SINGAPORE_BROAD = (788.0, 2_638.9, 753.9)
SINGAPORE_MEN = 948 / 1_948
SINGAPORE_SIZES = (220_270, 309_754, 280_544, 275_594, 163_466, 74_981, 30_527, 17_422)
# How a broad group spreads over its groups of five years is a guess.
SPREAD = ((24, 25, 25, 26), (10, 11, 12, 12, 12, 11, 11, 11, 10), (31, 26, 20, 13, 10))


def liwan() -> Shares:
    """Liwan as the census of 2020 counted it."""
    counted = np.array([LIWAN_WOMEN, LIWAN_MEN], float)
    by_age = np.column_stack([counted[:, 0] + counted[:, 1], counted[:, 2:]])
    generations = np.array(LIWAN_GENERATIONS, float)
    alone = LIWAN_ALONE / LIWAN_HOUSEHOLDS
    return Shares(by_age, LIWAN_IN_FAMILIES, generations, None, alone)


def singapore() -> Shares:
    """Singapore's residents, as its Department of Statistics publishes them."""
    ages = np.concatenate(
        [
            total * np.array(parts) / sum(parts)
            for total, parts in zip(SINGAPORE_BROAD, SPREAD, strict=True)
        ]
    )
    by_age = np.array([1 - SINGAPORE_MEN, SINGAPORE_MEN])[:, None] * ages * 1_000
    sizes = np.array(SINGAPORE_SIZES, float)
    return Shares(by_age, float(by_age.sum()), None, sizes, float(sizes[0] / sizes.sum()))


def group(age: Ints) -> Ints:
    """The group of five years that an age lies in."""
    return np.minimum(age // 5, AGES - 1)
