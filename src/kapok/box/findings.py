"""What ``kapok doctor`` finds: one sentence about one thing, and how well it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How well it is."""

    WELL = "well"
    HEED = "heed"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing."""

    grade: Grade
    sentence: str


Findings = Iterator[Finding]


def well(sentence: str) -> Finding:
    """Nothing need be done."""
    return Finding(Grade.WELL, sentence)


def heed(sentence: str) -> Finding:
    """Something should be done."""
    return Finding(Grade.HEED, sentence)


def wrong(sentence: str) -> Finding:
    """Something must be done."""
    return Finding(Grade.WRONG, sentence)
