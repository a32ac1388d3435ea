"""Webhooks out: other systems are told of moves, signed, again until they took it.

A message holds keys, the kind, the state and the place of a matter, never words or contacts; of
care and health the community alone, since a grid is a few buildings. It is
written in the transaction of the move, so that none is lost and none tells of what did not happen.
"""

import http.client
import json
import secrets as randomness
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.jobs import app
from kapok.access.outward import looked_up
from kapok.access.roles import Permission, Realm
from kapok.access.scope import acting, of_box, require
from kapok.codes import community_of, span
from kapok.doors.models import Delivery, Hook
from kapok.doors.operations.keys import SECRET, area_for, signature
from kapok.errors import Refused
from kapok.matters.engine.facts import Effects
from kapok.matters.workflow import MOVES

PREFIX = "khs_"
TASK = "doors.deliver"
TRIES = 10
FIRST_WAIT_S = 5  # then twice as long each time: about an hour and a half in all
MOST_FAILED = 50  # one after another; then the address is not called any more
TIMEOUT_S = 10
KEPT = timedelta(days=14)
NEAR_NOBODY = frozenset({Realm.CARE, Realm.HEALTH})


@dataclass(frozen=True)
class MadeHook:
    """A webhook that was just made; ``secret`` is shown now and never again."""

    id: UUID
    secret: str


@transaction.atomic
def make_hook(
    *, name: str, url: str, place: int, moves: Sequence[str], by: UUID | None, at: datetime
) -> MadeHook:
    """Tell an address of the moves of an area. Raises ``Refused``."""
    area = area_for(place)
    if not name.strip():
        raise Refused(_("Say whose system it is, so that it can be told from others."))
    refuse_address(url)
    lo, hi = span(area.code, area.level)
    secret = PREFIX + randomness.token_urlsafe(32)
    made = Hook.objects.create(
        name=name.strip()[:80],
        url=url.strip(),
        secret=secrets.encrypt(secret, about=SECRET),
        place=lo,
        hi=hi,
        moves=[move for move in MOVES if move in moves],
        made_by=by,
        made_at=at,
    )
    return MadeHook(made.pk, secret)


def refuse_address(url: str) -> None:
    """Refuse what is no whole address of the web."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or port == 0:
        raise Refused(_("Write the whole address, such as https://city.example/kapok."))
    if len(url) > 500:
        raise Refused(_("The address is too long."))


@transaction.atomic
def stop_hook(*, hook: UUID, by: UUID | None, at: datetime) -> None:
    """Call it no more; what waits is given up."""
    require(Permission.ACCOUNT_MANAGE)
    Hook.objects.filter(pk=hook, stopped_at=None).update(stopped_at=at, stopped_why="")
    Delivery.objects.filter(hook=hook, state=Delivery.State.WAITING).update(
        state=Delivery.State.GIVEN_UP
    )


@transaction.atomic
def resume_hook(*, hook: UUID, by: UUID | None, at: datetime) -> None:
    """Call it again; what was given up meanwhile is not sent."""
    require(Permission.ACCOUNT_MANAGE)
    Hook.objects.filter(pk=hook).update(stopped_at=None, stopped_why="", n_failed=0)


def hear(effects: Sequence[Effects], numbers: Mapping[UUID, int], now: datetime) -> None:
    """Write a message for each address that wants to hear of a move."""
    if not effects:
        return
    with connection.cursor() as cursor:  # for every move that is made: so no more than is needed
        cursor.execute("SELECT id, place, hi, moves FROM doors_listening()")
        hooks = cursor.fetchall()
    messages = [
        Delivery(hook_id=hook, body=_body(effect, numbers), made_at=now)
        for effect in effects
        for hook, lo, hi, moves in hooks
        if lo <= effect.matter.place < hi and (not moves or effect.event.move in moves)
    ]
    if not messages:
        return
    with acting(of_box(at=now)):
        Delivery.objects.bulk_create(messages)
    for message in messages:
        _queue(message.pk, wait_s=0)


def _body(effect: Effects, numbers: Mapping[UUID, int]) -> dict[str, Any]:
    matter = effect.matter
    return {
        "event": str(effect.event.id),
        "move": effect.event.move,
        "at": effect.event.at.isoformat(),
        "matter": {
            "id": str(matter.id),
            "number": numbers.get(matter.id),
            "kind": matter.kind,
            "realm": str(matter.realm),
            "place": community_of(matter.place) if matter.realm in NEAR_NOBODY else matter.place,
            "state": str(matter.state),
            "urgency": str(matter.urgency),
            "outcome": matter.outcome,
            "version": matter.version,
        },
    }


def _queue(delivery: UUID, *, wait_s: int) -> None:
    task = app.configure_task(TASK, schedule_in={"seconds": wait_s} if wait_s else None)
    task.defer(delivery=str(delivery))


def deliver(*, delivery: UUID, at: datetime) -> None:
    """Send one message. What was not taken is queued again, later each time."""
    with acting(of_box(at=at)):
        found = Delivery.objects.select_related("hook").filter(pk=delivery).first()
    if found is None or found.state != Delivery.State.WAITING or found.hook.stopped_at:
        return
    body = json.dumps(found.body, ensure_ascii=False, separators=(",", ":")).encode()
    secret = secrets.decrypt(bytes(found.hook.secret), about=SECRET)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Kapok",
        "Kapok-Delivery": str(found.pk),
        "Kapok-Signature": signature(secret, body, at=at),
    }
    is_taken, answer = post(found.hook.url, body, headers)
    with acting(of_box(at=at)):
        _note(found, is_taken=is_taken, answer=answer, at=at)


def _note(found: Delivery, *, is_taken: bool, answer: str, at: datetime) -> None:
    found.n_tries += 1
    found.last_at, found.last_answer = at, answer[:200]
    if is_taken:
        found.state = Delivery.State.TAKEN
        Hook.objects.filter(pk=found.hook_id, n_failed__gt=0).update(n_failed=0)
    else:
        if found.n_tries >= TRIES:
            found.state = Delivery.State.GIVEN_UP
        else:
            _queue(found.pk, wait_s=FIRST_WAIT_S * 2 ** (found.n_tries - 1))
    found.save()
    if not is_taken:
        _count_failure(found.hook_id, at=at)


def _count_failure(hook: UUID, *, at: datetime) -> None:
    """After too many failures one after another it is called no more, and its page says so."""
    Hook.objects.filter(pk=hook).update(n_failed=F("n_failed") + 1)
    spoilt = Hook.objects.filter(pk=hook, n_failed__gte=MOST_FAILED, stopped_at=None)
    why = _("It did not take %(n)s messages one after another.") % {"n": MOST_FAILED}
    if spoilt.update(stopped_at=at, stopped_why=why):
        Delivery.objects.filter(hook=hook, state=Delivery.State.WAITING).update(
            state=Delivery.State.GIVEN_UP
        )


def post(url: str, body: bytes, headers: Mapping[str, str]) -> tuple[bool, str]:
    """Send a body; whether it was taken, and what was answered. No redirect is followed."""
    parts = urlsplit(url)
    host, is_secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    try:
        address = looked_up(host, port)  # once, so that it cannot change after it was judged
        line = _connection(host, address, port, is_secure=is_secure)
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request("POST", target, body, {"Host": parts.netloc, **headers})
            answer = line.getresponse()
            answer.read(1024)
            return 200 <= answer.status < 300, f"{answer.status} {answer.reason}"
        finally:
            line.close()
    except (OSError, UnicodeError, http.client.HTTPException, Refused) as error:
        return False, str(error) or type(error).__name__


def _connection(
    host: str, address: str, port: int, *, is_secure: bool
) -> http.client.HTTPConnection:
    line = http.client.HTTPConnection(address, port, timeout=TIMEOUT_S)
    line.connect()
    if is_secure:
        line.sock = ssl.create_default_context().wrap_socket(line.sock, server_hostname=host)
    return line


def forget_old(*, at: datetime) -> int:
    """Delete messages that are done; how many there were."""
    with acting(of_box(at=at)), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM doors_delivery WHERE made_at < %s AND state <> 'WAITING'", [at - KEPT]
        )
        return int(cursor.rowcount)
