"""The parties whose people stand at a post, and which roles stand for each."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kapok.access.roles import IN_A_STREET

VOLUNTEER = "volunteer"  # what the database answers for whoever is kept as one
PARTIES = {
    "police": _("Police"),
    "health": _("Health staff"),
    "community": _("Community"),
    "volunteers": _("Volunteers"),
}
SERVE = IN_A_STREET  # roles whose holders stand at posts; command and overseers do not
POLICE = frozenset({"police_member"})
HEALTH = frozenset({"health_member", "registrar", "vaccinator"})


def label(party: str) -> str:
    """What people call a party; words that only a plan knows stay as they are."""
    return str(PARTIES.get(party, party))


def stands_for(roles: Iterable[str], party: str) -> bool:
    """Whether somebody with these roles at a place may fill a seat of a party there.

    Seats of volunteers, of no party and of parties that only a plan knows are for whoever works
    at the place at all.
    """
    held = set(roles) & (SERVE | {VOLUNTEER})
    if party == "police":
        return bool(held & POLICE)
    if party == "health":
        return bool(held & HEALTH)
    if party == "community":
        return bool(held - POLICE - HEALTH - {VOLUNTEER})
    return bool(held)
