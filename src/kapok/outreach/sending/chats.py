"""Posts to chats and by mail: robots by their own words, the rest through Apprise."""

import logging
from collections.abc import Mapping
from typing import Any

import apprise

from kapok.outreach.models import Channel
from kapok.outreach.sending import robots
from kapok.outreach.sending.letters import Fate
from kapok.outreach.sending.robots import Said

QUIET = logging.getLogger("apprise")
QUIET.setLevel(logging.CRITICAL)  # it would log addresses that let anybody post


def post(kind: str, secret: Mapping[str, Any], text: str) -> Said:
    """Post a title and a link, and what came of it. That it was taken says nothing of the chat."""
    if kind in robots.ADDRESSES:
        return robots.post(kind, str(secret["key"]), text)
    way = apprise.Apprise()
    if not way.add(str(secret["url"])):
        return Said(Fate.BACK, robots.SILENT)
    title, _newline, rest = text.partition("\n")
    if kind == Channel.Kind.MAIL:
        is_taken = way.notify(title=title, body=rest or title)
    else:
        is_taken = way.notify(body=text)
    return Said(Fate.SENT) if is_taken else Said(Fate.BACK, robots.SILENT)
