"""A community's page, made once and given to everybody until something on it changes.

A rush at eight in the morning asks for the same few pages a thousand times: each is kept as the
bytes that go out, compressed and not. Whether anything changed is asked of the database once a
second; while one thread makes a page anew, the others give out the former one.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from django.db import connection
from django.template.loader import render_to_string

from kapok.packs import look_up
from kapok.portal import notices
from kapok.portal.queries import doorways
from kapok.portal.queries.home import home

FRESH_S = 1.0
LONGEST = timedelta(minutes=5)  # what changes by the clock alone shows after this long
MOST = 4_000  # pages of one process: a district in both languages, twice
STAMP = """
    SELECT md5(concat_ws('|',
        (SELECT string_agg(id::text || ends_at::text, ',' ORDER BY id) FROM zones_zone
         WHERE starts_at <= %(at)s AND ends_at > %(at)s
           AND (lifted_at IS NULL OR lifted_at > %(at)s)),
        (SELECT string_agg(id::text, ',' ORDER BY id) FROM portal_publicphone),
        (SELECT count(*)::text || max(made_at)::text || max(retired_at)::text
         FROM portal_doorway),
        (SELECT count(*)::text || max(valid_from)::text || max(valid_to)::text
         FROM places_area WHERE level = 'COMMUNITY')))
"""


@dataclass(frozen=True)
class Page:
    """A page as it goes out."""

    body: bytes
    gzipped: bytes
    etag: str
    stamp: str
    made_at: datetime


@dataclass(frozen=True)
class Asked:
    """Which page: of which short address, in which language, in which print."""

    code: str
    language: str
    is_large: bool


@dataclass
class _Known:
    stamp: str = ""
    checked_s: float = -1e9


_KNOWN = _Known()
_PAGES: OrderedDict[Asked, Page] = OrderedDict()
_MAKING: set[Asked] = set()
_LOCK = Lock()


def page(asked: Asked, *, at: datetime) -> Page | None:
    """The page; ``None`` where the short address leads nowhere."""
    stamp = _stamp(at)
    kept = _PAGES.get(asked)
    if kept is not None and kept.stamp == stamp and at - kept.made_at < LONGEST:
        return kept
    with _LOCK:
        if kept is not None and asked in _MAKING:
            return kept  # somebody makes it anew; this one was true a moment ago
        _MAKING.add(asked)
    try:
        return _made(asked, stamp, at)
    finally:
        with _LOCK:
            _MAKING.discard(asked)


def forget() -> None:
    """Make all pages anew at the next question: what was changed here is seen here at once."""
    _KNOWN.checked_s = -1e9
    with _LOCK:
        _PAGES.clear()


def _made(asked: Asked, stamp: str, at: datetime) -> Page | None:
    here = doorways.behind(asked.code)
    if here is None:
        return None  # not kept: whoever tries codes fills no memory
    text = render_to_string(
        "portal/home.html",
        {"home": home(here, at=at), "here": here, "is_large": asked.is_large, "at": at},
    )
    body = text.encode()
    etag = hashlib.sha256(body).hexdigest()[:20]
    made = Page(body, gzip.compress(body, 6, mtime=0), f'"{etag}"', stamp, at)
    with _LOCK:
        _PAGES[asked] = made
        _PAGES.move_to_end(asked)
        while len(_PAGES) > MOST:
            _PAGES.popitem(last=False)
    return made


def _stamp(at: datetime) -> str:
    """What all pages hang on, asked at most once a second."""
    if monotonic() - _KNOWN.checked_s < FRESH_S:
        return _KNOWN.stamp
    with _LOCK:
        if monotonic() - _KNOWN.checked_s < FRESH_S:
            return _KNOWN.stamp
        _KNOWN.checked_s = monotonic()  # the others go on with what they know
    found = "|".join(ask(at) for ask in ASKED_FOR)
    _KNOWN.stamp = found
    return found


def _of_rows(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(STAMP, {"at": at})
        [found] = cursor.fetchone()
    return str(found)


def _of_packs(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute(look_up.STAMP)
        [found] = cursor.fetchone()
    return str(found)


def _of_notices(at: datetime) -> str:
    return notices.stamp()


ASKED_FOR: list[Callable[[datetime], str]] = [_of_rows, _of_packs, _of_notices]
