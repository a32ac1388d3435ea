"""As what the box queues and sends messages, and notes what a link or a reply says."""

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
