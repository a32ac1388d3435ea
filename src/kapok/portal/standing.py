"""What stands for a while: whether anything that residents read has changed, and where codes lead.

The database is asked at most once a second in each process, so that a rush asks it nothing.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic

from django.db import connection

from kapok.packs import look_up
from kapok.portal import codes, notices
from kapok.portal.queries import doorways
from kapok.portal.queries.doorways import Here

FRESH_S = 1.0
MOST = 50_000  # short addresses that one process remembers: a district
STAMP = """
    SELECT md5(concat_ws('|',
        (SELECT string_agg(id::text || ends_at::text, ',' ORDER BY id) FROM zones_zone
         WHERE starts_at <= %(at)s AND ends_at > %(at)s
           AND (lifted_at IS NULL OR lifted_at > %(at)s)),
        (SELECT string_agg(id::text, ',' ORDER BY id) FROM portal_publicphone),
        (SELECT md5(string_agg(line::text, ',' ORDER BY id)) FROM hotline_line AS line),
        (SELECT count(*)::text || max(made_at)::text || max(retired_at)::text
         FROM portal_doorway),
        (SELECT count(*)::text || max(valid_from)::text || max(valid_to)::text
         FROM places_area WHERE level = 'COMMUNITY')))
"""


@dataclass
class _Known:
    stamp: str = ""
    checked_s: float = -1e9
    here: OrderedDict[str, Here] = field(default_factory=OrderedDict)
    here_as_of: str = ""


_KNOWN = _Known()
_LOCK = Lock()


def behind(code: str, *, at: datetime) -> Here | None:
    """Where a short address leads, as :func:`doorways.behind` says it."""
    code, known = codes.as_typed(code), stamp(at)
    if known == _KNOWN.here_as_of and (found := _KNOWN.here.get(code)) is not None:
        return found
    found = doorways.behind(code)
    with _LOCK:
        if known != _KNOWN.here_as_of:
            _KNOWN.here.clear()
            _KNOWN.here_as_of = known
        if found is not None:  # whoever tries codes fills no memory
            _KNOWN.here[code] = found
        if len(_KNOWN.here) > MOST:
            _KNOWN.here.popitem(last=False)
    return found


def remembered(code: str) -> Here | None:
    """Where it leads, as far as this process remembers: without the database."""
    return _KNOWN.here.get(codes.as_typed(code))


def stamp(at: datetime) -> str:
    """What pages hang on: another one whenever something that they show has changed."""
    if monotonic() - _KNOWN.checked_s < FRESH_S:
        return _KNOWN.stamp
    with _LOCK:
        if monotonic() - _KNOWN.checked_s < FRESH_S:
            return _KNOWN.stamp
        _KNOWN.checked_s = monotonic()  # the others go on with what they know
    found = "|".join(ask(at) for ask in ASKED_FOR)
    _KNOWN.stamp = found
    return found


def forget() -> None:
    """Ask anew at the next question: what was changed here is seen here at once."""
    _KNOWN.checked_s = -1e9
    with _LOCK:
        _KNOWN.here.clear()


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
