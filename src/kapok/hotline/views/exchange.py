"""``POST /api/calls/``: what any telephone system tells of its calls, by its key or signature."""

import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from kapok.access import rates
from kapok.doors.entrances import Entrance
from kapok.doors.models import ApiKey
from kapok.doors.operations import keys
from kapok.doors.senders import by_key
from kapok.doors.views import answers
from kapok.errors import Refused
from kapok.hotline.operations import ringing
from kapok.hotline.operations.holding import storable
from kapok.hotline.operations.ringing import Event, System, Taken, Told

WRONG_KEYS = rates.Limit("wrong keys", 30, 600)
TRIES = 3
MOST_BYTES, MOST_FIELDS = 64 << 10, 20
FORM = "application/x-www-form-urlencoded"
FIELDS = ("call", "event", "line", "from", "agent", "at", "text")


@dataclass
class Flood:
    """How many events one key sends to this process within a minute; no telephone system rings so.

    Counted in memory: a call must not wait for a row that all events of a key would change.
    """

    most: int
    per_s: int = 60
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _window: int = 0
    _counts: Counter[UUID] = field(default_factory=Counter)

    def over(self, key: UUID) -> int:
        """Count one more; how many seconds to wait where it is too many, else 0."""
        now = int(time.time())
        with self._lock:
            if now // self.per_s != self._window:
                self._window = now // self.per_s
                self._counts.clear()
            self._counts[key] += 1
            return self.per_s - now % self.per_s if self._counts[key] > self.most else 0


FLOOD = Flood(most=9_000)


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def tell(request: HttpRequest) -> HttpResponse:
    """Take one event in. The same event again, or an older one, changes nothing."""
    entrance = _entrance(request)
    if entrance is None:
        wait_s = rates.over(WRONG_KEYS, rates.who_asks(request))
        return answers.wait(wait_s) if wait_s else answers.no_key()
    if wait_s := FLOOD.over(entrance.id):
        return answers.wait(wait_s)
    at = timezone.now()
    try:
        said = _form(request) or answers.read_json(request, most_bytes=MOST_BYTES)
    except Refused as refusal:
        return answers.problem(400, "NotRead", str(refusal))
    try:
        system = System(entrance.id, entrance.ranges)
        taken = _taken(_told(said, at), system, at)
    except Refused as refusal:
        return answers.problem(422, "NotTaken", str(refusal))
    body = {"id": str(taken.id), "state": taken.state.value}
    if taken.note:
        body["note"] = taken.note
    return JsonResponse(body, status=201 if taken.is_new else 200)


def _taken(told: Told, system: System, at: datetime) -> Taken:
    """Take it in; what met something else on the way (a deadlock) is tried again."""
    for left in reversed(range(TRIES)):
        try:
            return ringing.take(told, of=system, at=at)
        except OperationalError:
            if not left or connection.in_atomic_block:
                raise
    raise AssertionError


def _entrance(request: HttpRequest) -> Entrance | None:
    signature = request.headers.get("Kapok-Signature")
    if signature is None:
        return by_key(request, ApiKey.Use.CALLS)
    try:
        key = UUID(request.headers.get("Kapok-Key", ""))
    except ValueError:
        return None
    at, use = timezone.now(), ApiKey.Use.CALLS
    return keys.entrance_of_signature(key, signature, request.body, at=at, use=use)


def _form(request: HttpRequest) -> dict[str, Any]:
    """The fields of a form: what telephone systems send that write no JSON, such as Asterisk's."""
    if request.content_type != FORM or request.body.lstrip().startswith(b"{"):
        return {}
    if len(request.body) > MOST_BYTES:
        raise Refused(_("The request is too long. Send less at once."))
    try:
        return dict(parse_qsl(request.body.decode(), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Refused(_("The form cannot be read. Send it in UTF-8.")) from None


def _told(said: dict[str, Any], at: datetime) -> Told:
    """The event, from the fields of the body. Raises ``Refused``."""
    unknown = sorted(set(said) - set(FIELDS))
    if unknown:
        raise Refused(_("“%(field)s” is not known here. Leave it out.") % {"field": unknown[0]})
    texts = {name: _text(said, name) for name in FIELDS}
    if texts["event"] not in set(Event):
        raise Refused(_("“event” is one of: %(events)s.") % {"events": ", ".join(Event)})
    return Told(
        call=texts["call"],
        event=Event(texts["event"]),
        line=texts["line"],
        phone=texts["from"],
        agent=texts["agent"],
        moment=_moment(texts["at"], at),
        text=texts["text"],
    )


def _text(said: dict[str, Any], name: str) -> str:
    """A field as text: telephone systems send extensions as numbers, and null for what is not."""
    value = said.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refused(_("“%(field)s” is text.") % {"field": name})
    return str(storable(str(value))).strip()


def _moment(said: str, at: datetime) -> datetime:
    """The moment of an event; now where none is said."""
    if not said:
        return at
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(
            _("“at” is a moment with its zone, such as 2026-03-02T02:00:00+08:00 or …T18:00:00Z.")
        )
    return found
