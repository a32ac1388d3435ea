"""Posts to chats and by mail: robots by their own words, the rest through Apprise."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import apprise
from django.utils.translation import gettext_noop

from kapok.access import outward
from kapok.errors import Refused
from kapok.outreach.models import Channel
from kapok.outreach.sending import robots
from kapok.outreach.sending.letters import Fate
from kapok.outreach.sending.robots import Said

OF_THE_MACHINE = gettext_noop("This address is one of the machine itself, and is not called.")
QUIET = logging.getLogger("apprise")
QUIET.setLevel(logging.CRITICAL)  # it would log addresses that let anybody post


def post(kind: str, secret: Mapping[str, Any], text: str) -> Said:
    """Post a title and a link, and what came of it. That it was taken says nothing of the chat."""
    if kind in robots.ADDRESSES:
        return robots.post(kind, str(secret["key"]), text)
    if kind == Channel.Kind.WEBHOOK and (said := _why_not(str(secret["url"]))):
        return Said(Fate.BACK, said)
    way = apprise.Apprise()
    if not way.add(str(secret["url"])):
        return Said(Fate.BACK, robots.SILENT)
    title, _newline, rest = text.partition("\n")
    plain = apprise.NotifyFormat.TEXT  # it would be taken for HTML, and run into one line
    if kind == Channel.Kind.MAIL:
        is_taken = way.notify(title=title, body=rest or title, body_format=plain)
    else:
        is_taken = way.notify(body=text, body_format=plain)
    return Said(Fate.SENT) if is_taken else Said(Fate.BACK, robots.SILENT)


def _why_not(url: str) -> str:
    """What keeps a webhook from being called; empty: nothing does."""
    try:
        parts = urlsplit(url)
        outward.looked_up(parts.hostname or "", parts.port or 443)
    except Refused:
        return OF_THE_MACHINE
    except (OSError, ValueError):  # no such host, or no such address at all
        return robots.SILENT
    return ""
