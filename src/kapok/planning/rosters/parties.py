"""Parties that posts ask for, and of which there is nobody: written wrongly, most likely."""

from collections.abc import Iterable
from difflib import get_close_matches

from kapok.planning.rosters.cells import Row
from kapok.planning.rosters.situation import PARTIES, PEOPLE, POSTS, Situation, party_of
from kapok.words import gettext as _
from kapok.words import listed

CLOSE = 0.7


def check_parties(situation: Situation) -> None:
    """Note each party of a post, or of the nights, that is no usual one and has no people."""
    lists = situation.lists
    there = dict.fromkeys(party_of(row.text("party")) for row in lists.of(PEOPLE.name))
    known = {*there, *PARTIES, ""}
    for row in lists.of(POSTS.name):
        for party in _unknown((party_of(word) for word in row.words("party")), known):
            row.bad("party", _stranger(party, there))
    night = Row(_("settings"), {}, lists.wrong)
    for party in _unknown(situation.settings.night_parties, known):
        night.bad("night_parties", _stranger(party, there))


def _unknown(parties: Iterable[str], known: set[str]) -> list[str]:
    return [party for party in dict.fromkeys(parties) if party not in known]


def _stranger(party: str, there: Iterable[str]) -> str:
    parties = [name for name in there if name]
    near = get_close_matches(party, [*parties, *PARTIES], 1, CLOSE)
    words = {"party": party, "known": listed(parties), "near": near[0] if near else ""}
    if near:
        sentence = _("“%(party)s” is no party of the people: they are of %(known)s; did you mean "
                     "%(near)s?")  # fmt: skip
        return sentence % words
    return _("“%(party)s” is no party of the people: they are of %(known)s.") % words
