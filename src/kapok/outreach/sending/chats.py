"""Posts to the robots of chats, and mail, through Apprise. To a chat goes a title and a link."""

import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import apprise

from kapok.outreach.models import Channel

SCHEMES = {
    Channel.Kind.WECOM: "wecombot",
    Channel.Kind.DINGTALK: "dingtalk",
    Channel.Kind.FEISHU: "feishu",
}
QUIET = logging.getLogger("apprise")
QUIET.setLevel(logging.CRITICAL)  # it would log addresses that let anybody post


def address(kind: str, secret: Mapping[str, Any]) -> str:
    """The address of a robot as Apprise writes it."""
    if kind in SCHEMES:
        return f"{SCHEMES[Channel.Kind(kind)]}://{quote(str(secret['key']), safe='')}/"
    return str(secret["url"])


def is_address(kind: str, secret: Mapping[str, Any]) -> bool:
    """Whether Apprise understands it."""
    return apprise.Apprise.instantiate(address(kind, secret)) is not None


def post(kind: str, secret: Mapping[str, Any], text: str) -> bool:
    """Post a text; whether the robot took it. That it did says nothing of the chat."""
    robot = apprise.Apprise()
    if not robot.add(address(kind, secret)):
        return False
    title, _newline, rest = text.partition("\n")
    if kind == Channel.Kind.MAIL:
        return bool(robot.notify(title=title, body=rest or title))
    return bool(robot.notify(body=text))
