"""What else is known of people: presence, needs, languages, telephones, registers.

Shares without a source are guesses of Kapok's, of a plausible size; ``docs/explanation`` says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kapok.samples.population.families import CHILD, GRANDCHILD, HEAD, LODGER
from kapok.samples.population.homes import Homes
from kapok.samples.population.shares import FEMALE, Floats, Ints

Texts = NDArray[np.object_]
Flags = NDArray[np.bool_]

PRESENCES = ("LIVING", "REGISTERED", "AWAY", "STAYING")
NEEDS = ("HARD_OF_HEARING", "LOW_VISION", "NO_SMARTPHONE", "WHEELCHAIR", "INTERPRETER", "HELPER")
# Shares below 60, from 60 to 74, and from 75 on; in the order of NEEDS.
NEED_SHARES = (
    (0.002, 0.05, 0.22), (0.002, 0.03, 0.12), (0.01, 0.18, 0.5), (0.003, 0.01, 0.06),
    (0.004, 0.01, 0.02), (0.0, 0.01, 0.06),
)  # fmt: skip
NEED_BREAKS = (60, 75)
PHONE_BREAKS, PHONE_SHARES = (12, 16, 60, 75), (0.0, 0.7, 0.985, 0.9, 0.6)
HAS_PAPERS = 0.985
LANGUAGES = {"native": "{yue,cmn}", "from_elsewhere": "{cmn}"}
LANGUAGES_OF_GROUPS = ("{cmn,en}", "{ms,en}", "{ta,en}", "{en}")
ADULT, OLD, VERY_OLD = 18, 60, 80


@dataclass(frozen=True)
class Entries:
    """Entries of registers: whose, which, how urgent; tier A is looked in on weekly."""

    person: Ints
    kind: Texts
    tier: Texts


def presence(rng: np.random.Generator, homes: Homes) -> Texts:
    """Living there; a few registered there and living elsewhere, away, or staying for a time."""
    n = len(homes.age)
    draw = rng.random(n)
    adult = homes.age >= ADULT
    lodges = ~homes.is_family[homes.household]
    code = np.zeros(n, np.int64)
    code[adult & (draw < 0.06)] = 1
    code[adult & (draw < 0.03)] = 2
    code[lodges & (draw < 0.15)] = 3
    code[homes.relation == HEAD] *= code[homes.relation == HEAD] == 3  # somebody is at home
    return np.array(PRESENCES, object)[code]


def needs(rng: np.random.Generator, age: Ints) -> Texts:
    """Array literals of PostgreSQL: ``{}`` for most, ``{HARD_OF_HEARING,HELPER}`` for some."""
    column = np.searchsorted(NEED_BREAKS, age, side="right")
    has = rng.random((len(age), len(NEEDS))) < np.array(NEED_SHARES).T[column]
    code = has @ (1 << np.arange(len(NEEDS)))
    literals = [
        "{" + ",".join(need for bit, need in enumerate(NEEDS) if number >> bit & 1) + "}"
        for number in range(1 << len(NEEDS))
    ]
    return np.array(literals, object)[code]


def languages(rng: np.random.Generator, homes: Homes, group: Ints | None) -> Texts:
    """Array literals of what somebody speaks."""
    if group is not None:
        return np.array(LANGUAGES_OF_GROUPS, object)[group]
    native = homes.is_family[homes.household] & (rng.random(len(homes.age)) < 0.85)
    return np.where(native, LANGUAGES["native"], LANGUAGES["from_elsewhere"])


def has_phone(rng: np.random.Generator, age: Ints) -> Flags:
    """Who has a telephone of their own."""
    share = np.array(PHONE_SHARES)[np.searchsorted(PHONE_BREAKS, age, side="right")]
    return np.asarray(rng.random(len(age)) < share)


def has_papers(rng: np.random.Generator, n: int) -> Flags:
    """Whose papers are known."""
    return np.asarray(rng.random(n) < HAS_PAPERS)


def registers(rng: np.random.Generator, homes: Homes) -> Entries:
    """Who is on a register; one person may be on several."""
    n, age = len(homes.age), homes.age
    size = np.bincount(homes.household)[homes.household] if n else np.zeros(0, int)
    family = homes.is_family[homes.household]
    alone = family & (size == 1) & (age >= OLD)
    child = age < ADULT
    poor = _of_households(rng, homes, 0.006)
    left = child & (homes.relation == GRANDCHILD) & _without(homes, CHILD)
    woman = (homes.sex == FEMALE) & (age >= 20) & (age <= 42) & (homes.relation != LODGER)
    found = (
        ("ELDER_ALONE", "A", alone & (age >= VERY_OLD)),
        ("ELDER_ALONE", "C", alone & (age < VERY_OLD)),
        ("ELDER_NO_FAMILY", "B", alone & _some(rng, n, 0.03)),
        (
            "ELDER_DISABLED",
            "B",
            (age >= OLD) & _some(rng, n, np.where(age >= VERY_OLD, 0.15, 0.02)),
        ),
        ("CHILD_IN_DIFFICULTY", "B", child & _some(rng, n, 0.003)),
        ("CHILD_LEFT_BEHIND", "B", left),
        ("DISABLED", "C", (age < OLD) & _some(rng, n, 0.012)),
        ("VERY_POOR_AT_HOME", "B", alone & _some(rng, n, 0.004)),
        ("MINIMUM_LIVING", "C", family & poor),
        ("LOW_INCOME", "C", family & ~poor & _of_households(rng, homes, 0.004)),
        ("CHRONIC_ILLNESS", "C", _some(rng, n, np.where(age >= OLD, 0.09, 0.01))),
        ("SERIOUS_ILLNESS", "B", _some(rng, n, np.where(age >= OLD, 0.008, 0.001))),
        ("PREGNANT", "C", woman & _some(rng, n, 0.012)),
        ("DIALYSIS", "A", (age >= 30) & _some(rng, n, 0.0008)),
    )
    people = [np.flatnonzero(who) for _, _, who in found]
    counts = [len(who) for who in people]
    return Entries(
        person=np.concatenate(people) if people else np.zeros(0, np.int64),
        kind=np.repeat(np.array([kind for kind, _, _ in found], object), counts),
        tier=np.repeat(np.array([tier for _, tier, _ in found], object), counts),
    )


def _some(rng: np.random.Generator, n: int, share: float | Floats) -> Flags:
    return np.asarray(rng.random(n) < share)


def _of_households(rng: np.random.Generator, homes: Homes, share: float) -> Flags:
    """Everybody of a few households."""
    n = int(homes.household.max()) + 1 if len(homes.household) else 0
    return _some(rng, n, share)[homes.household]


def _without(homes: Homes, relation: int) -> Flags:
    """Whose household has nobody of a relation."""
    has = np.bincount(homes.household, homes.relation == relation)
    return np.asarray(has[homes.household] == 0)
