"""Short codes: of addresses on posters, to be typed from a wall; of bookings, to be kept."""

import re
import secrets as randomness
from uuid import UUID

from kapok.access import secrets
from kapok.matters.operations.codes import LETTERS, N_LETTERS, code_of

ON_POSTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that look like another
N_ON_POSTERS = 6
ABOUT = "booking code"


def new() -> str:
    """A code for a poster: one of 900 million."""
    return "".join(randomness.choice(ON_POSTERS) for _turn in range(N_ON_POSTERS))


def as_typed(text: str) -> str:
    """A code of a poster as :func:`new` writes it, however it was typed."""
    return re.sub(r"[^0-9a-z]", "", text.lower())[:8]


def of_booking(booking: UUID) -> str:
    """The code of a booking: nobody without the box's key can work it out; always the same."""
    return code_of(booking)


def booking_index(text: str) -> bytes | None:
    """What a booking is looked up by from its code; ``None`` where it is none."""
    letters = "".join(letter for letter in text.upper() if letter in LETTERS)
    if len(letters) != N_LETTERS or len(text) > 60:
        return None
    return secrets.blind_index(letters, about=ABOUT)
