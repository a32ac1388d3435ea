"""A community's page, made once and given to everybody until something on it changes.

A rush at eight in the morning asks for the same few pages a thousand times: each is kept as the
bytes that go out, compressed and not. Whether anything changed is asked of the database once a
second; while one thread makes a page anew, the others give out the former one.
"""

import gzip
import hashlib
import logging
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.db import DatabaseError
from django.template.loader import render_to_string
from django.urls import reverse

from kapok.portal import codes, standing
from kapok.portal.queries.home import home

LOG = logging.getLogger("kapok.portal")
LONGEST = timedelta(minutes=5)  # what changes by the clock alone shows after this long
MOST = 4_000  # pages of one process: a district in both languages, twice


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


_PAGES: OrderedDict[Asked, Page] = OrderedDict()
_MAKING: set[Asked] = set()
_LOCK = Lock()


def asked(code: str, language: str, *, is_large: bool) -> Asked:
    """Which page, as somebody typed its address."""
    return Asked(codes.as_typed(code), language, is_large)


def kept(asked: Asked) -> Page | None:
    """The page as it was made last, however long ago: without the database."""
    return _PAGES.get(asked)


def page(asked: Asked, *, at: datetime) -> Page | None:
    """The page; ``None`` where the short address leads nowhere.

    While the database cannot be asked, the page stands as it was made last.
    """
    kept = _PAGES.get(asked)
    try:
        stamp = standing.stamp(at)
    except DatabaseError:
        if kept is None:
            raise
        LOG.exception("Pages are given out as they were made last.")
        return kept
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
    standing.forget()
    with _LOCK:
        _PAGES.clear()


def _made(asked: Asked, stamp: str, at: datetime) -> Page | None:
    here = standing.behind(asked.code, at=at)
    if here is None:
        return None  # not kept: whoever tries codes fills no memory
    text = render_to_string(
        "portal/home.html",
        {
            "home": home(here, at=at),
            "here": here,
            "is_large": asked.is_large,
            "path": reverse("portal-home", args=[here.code]),
        },
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
