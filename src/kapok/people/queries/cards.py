"""What the file of a person is made of, as pages and copies show it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class PhoneLine:
    """A way to reach somebody."""

    id: UUID
    kind: str
    number: str
    whose: str


@dataclass(frozen=True)
class StayLine:
    """Where somebody belonged from when to when."""

    building: str
    room: str
    presence: str
    began_on: date
    ended_on: date | None


@dataclass(frozen=True)
class GuardianLine:
    """Who answers for somebody."""

    id: UUID
    person_id: UUID | None
    name: str
    relation: str
    began_on: date
    ended_on: date | None


@dataclass(frozen=True)
class RegisterLine:
    """An entry of a register."""

    id: UUID
    kind: str
    kind_code: str
    tier: str
    tier_code: str
    note: str
    review_on: date
    is_due: bool
    began_on: date
    ended_on: date | None


@dataclass(frozen=True)
class ConsentLine:
    """What somebody agreed to."""

    id: UUID
    purpose: str
    how: str
    text_version: str
    given_on: date
    withdrawn_on: date | None


@dataclass(frozen=True)
class MergeLine:
    """A row that was merged into this one."""

    id: UUID
    on: date
    can_be_undone: bool


@dataclass(frozen=True)
class PersonFile:
    """One person, as the page shows them."""

    id: UUID
    place: int
    place_name: str
    household_id: UUID | None
    name: str
    name_pinyin: str
    sex: str
    birth: str
    age: int | None
    is_child: bool
    relation: str
    presence: str
    nationality: str
    identity_kind: str
    identity: str
    building: str
    room: str
    languages: tuple[str, ...]
    needs: tuple[str, ...]
    is_made_up: bool
    left_on: date | None
    merged_into: UUID | None
    revealed: bool
    shows_papers: bool
    shows_care: bool
    phones: tuple[PhoneLine, ...]
    stays: tuple[StayLine, ...]
    guardians: tuple[GuardianLine, ...]
    registers: tuple[RegisterLine, ...]
    consents: tuple[ConsentLine, ...]
    merges: tuple[MergeLine, ...]
