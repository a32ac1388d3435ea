"""As what the box takes in what a telephone system tells, and minds what is due."""

from datetime import datetime

from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE, Acting


def of_exchange(*, at: datetime) -> Acting:
    """The box as a telephone exchange: calls everywhere, and their numbers; nobody's file."""
    return Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=frozenset({Permission.CALL_TAKE, Permission.CALL_LEAD, Permission.CALL_COUNT}),
        realms=frozenset({Realm.SERVICE, Realm.CARE}),
        purpose="urgent_help",
    )
