"""Conditions in packs: the part of CEL that server, phone and ODK understand alike.

They read ``answers``, ``matter``, ``place`` and ``now``. They compare, combine with ``&&``, ``||``
and ``!``, calculate, choose with ``? :`` and know ``in``, ``has``, ``size``, ``startsWith``,
``endsWith``, ``contains`` and ``matches``. What needs an answer that is not there is neither true
nor false: ``&&`` and ``||`` decide without it where they can, and else the condition does not hold.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from kapok.packs.conditions.evaluation import Variables, compiles, holds, matches, moment, whole
from kapok.packs.conditions.grammar import Tree, parsed
from kapok.packs.conditions.kinds import OF_FIELD, Known, check, known
from kapok.packs.conditions.patterns import fault as pattern_fault
from kapok.packs.conditions.words import Unfit
from kapok.packs.conditions.xpath import xpath

__all__ = [
    "OF_FIELD",
    "Known",
    "Tree",
    "Unfit",
    "Variables",
    "checked",
    "holds",
    "known",
    "matches",
    "moment",
    "pattern_fault",
    "tree",
    "whole",
    "xpath",
]


@lru_cache(maxsize=4096)
def tree(text: str) -> Tree:
    """The tree of a condition as plain JSON, for the phone and for ODK; ``Unfit`` if none."""
    return parsed(text)


def checked(text: str, names: Known, options: Mapping[str, frozenset[str]] | None = None) -> Tree:
    """The tree of a condition whose names and kinds of values are right; else ``Unfit``."""
    found = tree(text)
    check(found, names, options)
    if not compiles(text):
        raise Unfit(_("This condition cannot be read. Make it simpler."))
    return found
