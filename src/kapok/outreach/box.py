"""As what the box queues and sends messages, and notes what a link or a reply says."""

from dataclasses import replace
from datetime import datetime

from kapok.access.roles import Permission, Realm
from kapok.access.scope import EVERYWHERE, Acting

POSTS = frozenset(
    {
        Permission.CHANNEL_MANAGE,
        Permission.GROUP_MANAGE,
        Permission.NOTICE_PASS,
        Permission.NOTICE_VIEW,
        Permission.NOTICE_WRITE,
    }
)


def of_post(*, at: datetime) -> Acting:
    """The box as the post: notices and messages everywhere, nobody's file."""
    return Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=POSTS,
        realms=frozenset({Realm.SERVICE}),
        purpose="notices",
    )


def of_letters(*, at: datetime) -> Acting:
    """The same, and it reads the box's own outbox: codes, and news of what was reported."""
    who = of_post(at=at)
    return replace(who, permissions=who.permissions | {Permission.ACCOUNT_MANAGE})
