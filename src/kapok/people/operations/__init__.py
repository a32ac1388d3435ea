"""Everything that changes people. Each function is one transaction.

Locks are always taken in this order: buildings, households, people, each by key.
"""

from kapok.people.operations.break_glass import break_glass, household_of, judge_look
from kapok.people.operations.consents import Agreement, give_consent, withdraw_consent
from kapok.people.operations.contacts import Reach, add_contact, remove_contact
from kapok.people.operations.facts import Facts, correct_facts, correct_papers, set_reach
from kapok.people.operations.follow import follow_buildings
from kapok.people.operations.guardians import Answering, end_guardian, name_guardian
from kapok.people.operations.households import (
    join_households,
    note_household,
    split_household,
)
from kapok.people.operations.merge import merge_people, undo_merge
from kapok.people.operations.moves import Home, Newcomer, add_person, leave, move
from kapok.people.operations.registers import (
    Care,
    put_on_register,
    review_entry,
    take_off_register,
    usual_review,
)
from kapok.people.operations.rights import answer, ask

__all__ = [
    "Agreement",
    "Answering",
    "Care",
    "Facts",
    "Home",
    "Newcomer",
    "Reach",
    "add_contact",
    "add_person",
    "answer",
    "ask",
    "break_glass",
    "correct_facts",
    "correct_papers",
    "end_guardian",
    "follow_buildings",
    "give_consent",
    "household_of",
    "join_households",
    "judge_look",
    "leave",
    "merge_people",
    "move",
    "name_guardian",
    "note_household",
    "put_on_register",
    "remove_contact",
    "review_entry",
    "set_reach",
    "split_household",
    "take_off_register",
    "undo_merge",
    "usual_review",
    "withdraw_consent",
]
