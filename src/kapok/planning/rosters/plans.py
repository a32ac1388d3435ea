"""Situations and rosters as documents."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.planning.planner import Document
from kapok.planning.rosters import telling
from kapok.planning.rosters.building import build
from kapok.planning.rosters.cells import day_from
from kapok.planning.rosters.facts import Facts
from kapok.planning.rosters.lists import read_document
from kapok.planning.rosters.names import Named
from kapok.planning.rosters.situation import KINDS, situation_of
from kapok.words import gettext as _
from kapok_planning.rosters import OFF, Absence, Problem, broken_rules, without

Codes = NDArray[np.int32]


@dataclass(frozen=True)
class Mend:
    """What has happened to a running roster.

    Attributes
    ----------
    problem, duty
        What was planned, and the roster as it ran.
    absences, today
        Who cannot come; the first day that may change.
    standing
        The roster without them.
    """

    problem: Problem
    duty: Codes
    absences: tuple[Absence, ...]
    today: int
    standing: Codes


@dataclass(frozen=True)
class Case:
    """A situation: the problem with its words; what has happened since, if anything."""

    named: Named
    mend: Mend | None = None
    facts: dict[bytes, Facts] = field(default_factory=dict, repr=False, compare=False)


def code_of(named: Named, role: int, shift: int) -> int:
    """A seat as a duty's code."""
    return role * len(named.shifts) + shift


def read_case(document: Document) -> Case:
    """The situation of a document. Raises ``Refused`` with what is to be mended."""
    named = build(situation_of(read_document(document, KINDS))).named
    mending = document.get("mending")
    if not isinstance(mending, Mapping):
        return Case(named)
    duty = duties_document(named, mending)
    if broken := broken_rules(named.problem, duty):
        raise Refused(
            _("The roster that runs breaks a rule, so it cannot be mended: %(rule)s.")
            % {"rule": telling.broken_sentence(named, broken[0])}
        )
    absences = tuple(_absence(named, entry) for entry in mending.get("absent") or ())
    if not absences:
        raise Refused(_("Nobody is named as absent; say who cannot come, and when."))
    today = min(item.first_day for item in absences)
    if (given := day_from(str(mending.get("today", "")))) is not None:
        today = min(today, max(named.n_past, (given - named.days[0]).days))
    problem, standing = without(named.problem, duty, absences, today)
    mend = Mend(named.problem, duty, absences, today, standing.astype(np.int32))
    return Case(replace(named, problem=problem), mend)


def _absence(named: Named, entry: Any) -> Absence:
    words = entry if isinstance(entry, Mapping) else {}
    name, first, last = (str(words.get(key, "")) for key in ("person", "from", "to"))
    start, end = day_from(first), day_from(last or first)
    if name not in named.people:
        raise Refused(_("“%(name)s” is none of the people; choose one of the list.") % {
            "name": name
        })  # fmt: skip
    if start is None or end is None or end < start:
        raise Refused(
            _("“%(first)s” to “%(last)s” is no span of days; write them as 2026-06-14.")
            % {"first": first, "last": last}
        )
    begin = max(named.n_past, (start - named.days[0]).days)
    stop = min(len(named.days), (end - named.days[0]).days + 1)
    if begin >= stop:
        raise Refused(
            _("%(first)s to %(last)s lies outside the roster, %(start)s to %(end)s.")
            % {
                "first": start,
                "last": end,
                "start": named.days[named.n_past],
                "end": named.days[-1],
            }
        )
    return Absence(named.people.index(name), begin, stop - begin)


def duties_document(named: Named, document: Document) -> Codes:
    """The duties of a document; ``Refused`` where they are not of this situation."""
    shape = len(named.people), len(named.days)
    try:
        duty = np.array(document.get("codes"), np.int32)
    except (TypeError, ValueError, OverflowError):
        duty = np.zeros(0, np.int32)
    if duty.shape != shape or (duty < OFF).any():
        raise Refused(_("This plan is not of this situation. Plan anew."))
    if duty.max(initial=OFF) >= len(named.roles) * len(named.shifts):
        raise Refused(_("This plan is not of this situation. Plan anew."))
    return duty
