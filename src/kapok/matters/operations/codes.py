"""Tracking codes: whoever holds one follows what became of what they said, without an account."""

from uuid import UUID

from kapok.access import secrets

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: they make no words, and none looks like a digit
N_LETTERS = 12
ABOUT = "tracking code of a report"


def code_of(command: UUID) -> str:
    """The tracking code: nobody without the box's key can work it out; the same every time."""
    number = int.from_bytes(secrets.blind_index(str(command), about=ABOUT))
    letters = []
    for _turn in range(N_LETTERS):
        number, at = divmod(number, len(LETTERS))
        letters.append(LETTERS[at])
    return "-".join("".join(letters[i : i + 4]) for i in range(0, N_LETTERS, 4))
