"""A self-report as it came, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from kapok.packs import conditions
from kapok.packs.schema import Screening
from kapok.portal.queries.doorways import Here


class Outcome(Enum):
    """What became of a self-report."""

    STORED = "STORED"
    OTHER_HOMES = "OTHER_HOMES"  # too many homes from one telephone
    TOO_OFTEN = "TOO_OFTEN"


@dataclass(frozen=True)
class Told:
    """One self-report as it came.

    Attributes
    ----------
    key
        Of the form: the same whenever it is sent again.
    values
        Answers that were checked against the pack's form.
    """

    key: UUID
    here: Here
    phone: str
    home: str
    values: Mapping[str, Any]
    screening: Screening
    pack: UUID
    at: datetime
    mandate: UUID | None = None
    helper: str = ""
    phone_index: bytes = b""
    home_index: bytes = b""

    @property
    def has_symptoms(self) -> bool:
        """Whether somebody should call."""
        return conditions.holds(self.screening.symptoms, {"answers": dict(self.values)})


@dataclass(frozen=True)
class Stored:
    """What became of it.

    Attributes
    ----------
    number, code
        Of the matter by which somebody calls back, where one was made for it.
    is_called
        Somebody calls back, for this report or one shortly before it.
    """

    outcome: Outcome
    has_symptoms: bool = False
    is_called: bool = False
    number: int | None = None
    code: str = ""
