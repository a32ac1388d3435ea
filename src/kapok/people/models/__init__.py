"""Who lives where: dwellings, households, people, how to reach them, and what they need.

Every row about somebody carries ``place``, the grid (or community) of its dwelling, and a rule of
who sees it (``scope``). Changes and deletions keep the former row in a history with the same rule.
"""

from kapok.people.models.care import Consent, RegisterEntry
from kapok.people.models.homes import ADD, EDIT, VIEW, Dwelling, Household, keep_history
from kapok.people.models.lists import ListRow, PersonList
from kapok.people.models.people import (
    Contact,
    Guardian,
    IdentityKind,
    Need,
    Person,
    Presence,
    Relation,
    Residence,
    Sex,
)
from kapok.people.models.requests import Merge, RightsRequest

__all__ = [
    "ADD",
    "EDIT",
    "VIEW",
    "Consent",
    "Contact",
    "Dwelling",
    "Guardian",
    "Household",
    "IdentityKind",
    "ListRow",
    "Merge",
    "Need",
    "Person",
    "PersonList",
    "Presence",
    "RegisterEntry",
    "Relation",
    "Residence",
    "RightsRequest",
    "Sex",
    "keep_history",
]
