"""Cohorts by letters: A, B, … Z, AA, AB …."""

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_COHORTS = 60


def letters_of(number: int) -> str:
    """The letters of a cohort, from 0."""
    first, last = divmod(number, len(LETTERS))
    return (LETTERS[first - 1] if first else "") + LETTERS[last]


def number_of(letters: str) -> int | None:
    """The number of a cohort, from 0; ``None`` where the text names none."""
    text = letters.strip().upper()
    known = {letters_of(number): number for number in range(MOST_COHORTS)}
    return known.get(text)
