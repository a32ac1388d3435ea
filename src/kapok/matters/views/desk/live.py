"""What changes at a desk, as server-sent events: rows that this appointment may see, and no more.

Each event acts anew through the appointment, so that whoever lost it sees nothing from that moment.
An event carries the snapshot that it was read in; a browser that comes back names the last one, and
gets what changed since, whichever process answers.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from django.http import HttpResponse, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed
from kapok.matters.models import Matter
from kapok.matters.queries.desk import filters, queue
from kapok.matters.views.common import PURPOSE
from kapok.matters.views.desk.listening import LISTENER, Ear

LIVES_S = 300.0  # then the browser comes back, which spreads streams over the processes
BEAT_S = 15.0
GATHER_S = 0.15  # what changes at once is told at once
MOST_ROWS = 100  # of one event; more, and the page is asked for anew
MOST_SHOWN = 200


@dataclass
class Watch:
    """Who looks at what: as it was when the stream began."""

    appointment: UUID
    account: UUID
    session: str
    language: str
    wanted: filters.Filter
    last: int | None
    shown: set[UUID] = field(default_factory=set)


@require_safe
def live(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """The stream of a desk; 503 with a sentence where there are too many, so that pages poll."""
    scope.require(Permission.MATTER_VIEW)
    appointment = request.appointment
    if appointment is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    watch = Watch(
        appointment=appointment.pk,
        account=request.user.pk,
        session=request.session.session_key or "",
        language=translation.get_language() or settings.LANGUAGE_CODE,
        wanted=filters.read(request.GET),
        last=_last(request),
    )
    holder = LISTENER.listening()
    ear = holder.__enter__()
    if ear is None:
        holder.__exit__(None, None, None)
        sentence = _("Too many desks look on live. This page asks every five seconds instead.")
        return HttpResponse(sentence, status=503, content_type="text/plain; charset=utf-8")
    answer = StreamingHttpResponse(
        _Stream(holder, _events(watch, ear)), content_type="text/event-stream"
    )
    answer["Cache-Control"] = "no-store, private"
    answer["X-Accel-Buffering"] = "no"
    return answer


class _Stream:
    """Events that let go of their ear when the browser goes, whatever the server does then."""

    def __init__(self, holder: Any, events: Iterator[bytes]) -> None:
        self._holder, self._events, self._is_open = holder, events, True

    def __iter__(self) -> "_Stream":
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._events)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the ear, once."""
        if self._is_open:
            self._is_open = False
            self._holder.__exit__(None, None, None)

    def __del__(self) -> None:
        self.close()


def _last(request: SignedInRequest) -> int | None:
    said = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


def _events(watch: Watch, ear: Ear) -> Iterator[bytes]:
    yield b"retry: 2000\n\n"
    end = time.monotonic() + LIVES_S
    yield _event(watch, None)
    while time.monotonic() < end:
        heard = ear.wait(BEAT_S)
        if not heard.ids and not heard.missed:
            if not _is_signed_in(watch):
                yield _said("ended", {"sentence": ""}, None)
                return
            yield b": still here\n\n"
            continue
        time.sleep(GATHER_S)
        more = ear.wait(0)
        missed = heard.missed or more.missed
        found = _event(watch, None if missed else heard.ids | more.ids)
        if found:
            yield found
        if found.startswith(b"event: ended"):
            return


def _is_signed_in(watch: Watch) -> bool:
    """Whether the session is still there: who signs out elsewhere sees nothing more."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    try:
        return bool(store().exists(watch.session))
    finally:
        _let_go()


def _event(watch: Watch, ids: set[UUID] | None) -> bytes:
    """What changed among some matters, or since the browser's last event where nobody knows."""
    try:
        with translation.override(watch.language):
            if not _is_signed_in(watch):
                return _said("ended", {"sentence": ""}, None)
            purpose = PURPOSE if watch.wanted.words else ""
            with scope.acting_by_id(
                watch.appointment, at=timezone.now(), purpose=purpose, account=watch.account
            ):
                scope.require(Permission.MATTER_VIEW)
                return _changes(watch, ids)
    except NotAllowed as refusal:
        return _said("ended", {"sentence": str(refusal)}, None)
    finally:
        _let_go()


def _let_go() -> None:
    """A stream keeps no connection between its events; a test's own is left alone."""
    if not connection.in_atomic_block:
        connection.close()
    else:
        close_old_connections()


def _changes(watch: Watch, ids: set[UUID] | None) -> bytes:
    at, snapshot = timezone.now(), _snapshot()
    first = watch.last is None and ids is None
    if ids is None:
        ids = _since(watch.last) if watch.last is not None else set()
    watch.last = snapshot
    if first:
        watch.shown = {line.id for line in queue.page(watch.wanted, at=at).lines}
        return _said("ready", {}, snapshot)
    if len(ids) > MOST_ROWS:
        return _said("anew", {}, snapshot)
    lines = queue.lines_of(ids, watch.wanted, at=at)
    seen = {line.id for line in lines}
    gone = (ids - seen) & watch.shown
    if not lines and not gone:
        return b""
    _remember(watch, seen, gone)
    return _said("change", {"rows": _rows(lines), "gone": [str(key) for key in gone]}, snapshot)


def _remember(watch: Watch, seen: set[UUID], gone: set[UUID]) -> None:
    """What the browser holds: only of that is it told that it is gone."""
    watch.shown = (watch.shown | seen) - gone
    if len(watch.shown) > MOST_SHOWN + MOST_ROWS:
        watch.shown = set(list(watch.shown)[-MOST_SHOWN:]) | seen


def _rows(lines: Iterable[queue.Line]) -> list[dict[str, str]]:
    may_send = scope.can(Permission.MATTER_SEND)
    return [
        {
            "id": str(line.id),
            "key": line.sort_key,
            "html": render_to_string(
                "matters/parts/row.html", {"line": line, "may_send": may_send}
            ),
        }
        for line in lines
    ]


def _snapshot() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        [found] = cursor.fetchone()
    return int(found)


def _since(last: int) -> set[UUID]:
    changed = Matter.objects.filter(changed_in__gte=last).values_list("pk", flat=True)
    return set(changed[: MOST_ROWS + 1])


def _said(event: str, data: dict[str, Any], snapshot: int | None) -> bytes:
    lines = [f"event: {event}"]
    if snapshot is not None:
        lines.append(f"id: {snapshot}")
    lines.append(f"data: {json.dumps(data, ensure_ascii=False)}")
    return ("\n".join(lines) + "\n\n").encode()
