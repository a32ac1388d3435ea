"""Robots of WeCom, DingTalk and Feishu: a text is posted, and their answer is read.

They answer with 200 whatever becomes of it, and say in the body whether they took it, in a field
each of their own. (Apprise looks at the status alone for two of them, so they are spoken with
here.) That a robot took a text says nothing of whether the chat shows it.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_noop

from kapok.outreach.sending.letters import Fate

TIMEOUT_S = 10
MOST_BYTES = 10_000  # of an answer
ADDRESSES = {
    "WECOM": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=",
    "DINGTALK": "https://oapi.dingtalk.com/robot/send?access_token=",
    "FEISHU": "https://open.feishu.cn/open-apis/bot/v2/hook/",
}
NUMBERS = ("errcode", "code", "StatusCode")  # 0: it took it
WORDS = ("errmsg", "msg", "StatusMessage")
TOO_FAST = frozenset({45009, 130101, 11232, 9499})  # no fault of what was posted
SILENT = gettext_noop("The robot does not answer.")
BROKEN = gettext_noop("What answers is no robot, or a broken one")
BUSY = gettext_noop("The robot says that this is too fast")
REFUSED = gettext_noop("The robot refused it")


@dataclass(frozen=True)
class Said:
    """What a robot made of a text, and its words."""

    fate: Fate
    words: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether it took it."""
        return self.fate is Fate.SENT


def post(kind: str, key: str, text: str) -> Said:
    """Post a text to a robot by its key."""
    try:
        status, body = _asked(ADDRESSES[kind] + quote(key, safe=""), _payload(kind, text))
    except urllib.error.HTTPError as error:
        return Said(Fate.BACK, f"{BROKEN}: HTTP {error.code}")
    except OSError:
        return Said(Fate.BACK, SILENT)
    except HTTPException:
        return Said(Fate.BACK, BROKEN)
    said = read(status, body)
    return Said(said.fate, said.words.replace(key, "…"))


def read(status: int, body: bytes) -> Said:
    """What an answer means."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    numbers = [found[name] for name in NUMBERS if name in found] if isinstance(found, dict) else []
    if status != 200 or not numbers or not all(type(number) is int for number in numbers):
        return Said(Fate.BACK, f"{BROKEN}: HTTP {status}")
    wrong = [number for number in numbers if number != 0]
    if not wrong:
        return Said(Fate.SENT)
    words = next((str(found[name]) for name in WORDS if found.get(name)), "")
    short = f"{' '.join(words.split())[:60]} ({wrong[0]})".strip()
    if wrong[0] in TOO_FAST:
        return Said(Fate.BACK, f"{BUSY}: {short}")
    return Said(Fate.LATER, f"{REFUSED}: {short}")


def _payload(kind: str, text: str) -> Mapping[str, Any]:
    if kind == "FEISHU":
        return {"msg_type": "text", "content": {"text": text}}
    return {"msgtype": "text", "text": {"content": text}}


def _asked(address: str, payload: Mapping[str, Any]) -> tuple[int, bytes]:
    """Post JSON; status and body. Raises ``OSError`` where nobody answers."""
    request = urllib.request.Request(  # one of ADDRESSES
        address,
        data=json.dumps(payload, ensure_ascii=False).encode(),
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "Kapok"},
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
        return answer.status, answer.read(MOST_BYTES)
