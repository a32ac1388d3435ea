"""Matters as requests of GeoReport: what anybody may read of them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from kapok.access.fields import Ranges
from kapok.access.roles import Realm
from kapok.codes import WIDTH, Level
from kapok.doors.open311.forms import Error
from kapok.matters.models import Matter
from kapok.matters.queries import words
from kapok.matters.workflow import ENDED, Door
from kapok.packs import look_up

SHOWN = (Realm.SERVICE, Realm.ORDER)
WITH_PLACE = Realm.SERVICE
MOST = 1000
SPAN = timedelta(days=90)
YEARS = range(1970, 2200)
STATUSES = {"open", "closed"}
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Asked:
    """Which requests; ``None``: all."""

    numbers: tuple[int, ...] | None = None
    codes: tuple[str, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_closed: bool | None = None


def asked(given: Any, *, at: datetime) -> Asked:
    """What was asked for. Raises :class:`Error`."""
    if given.get("service_request_id"):
        return Asked(numbers=_numbers(given["service_request_id"]))
    starts_at, ends_at = _moment(given, "start_date"), _moment(given, "end_date")
    if starts_at is None and ends_at is None:
        ends_at = at + timedelta(minutes=1)
        starts_at = ends_at - SPAN
    elif starts_at is None:
        starts_at = _shifted(ends_at, -SPAN)
    elif ends_at is None:
        ends_at = _shifted(starts_at, SPAN)
    if starts_at and ends_at and ends_at - starts_at > SPAN:
        raise Error(400, _("The time from start_date to end_date is longer than 90 days."))
    statuses = {part for part in given.get("status", "").split(",") if part}
    if statuses - STATUSES:
        raise Error(400, _("The status is “open” or “closed”."))
    said = given.get("service_code", "").split(",")
    codes = tuple(code for code in said if CODE.fullmatch(code))[:100]
    if any(said) and not codes:
        return Asked(numbers=())  # none of them can be a code
    is_closed = None if len(statuses) != 1 else "closed" in statuses
    return Asked(None, codes, starts_at, ends_at, is_closed)


def _shifted(moment: datetime | None, by: timedelta) -> datetime | None:
    try:
        return moment + by if moment else None
    except OverflowError:
        return moment


def _numbers(text: str) -> tuple[int, ...]:
    """Identifiers that are no numbers are those of nothing."""
    parts = text.split(",")[:MOST]
    return tuple(
        int(part) for part in (each.strip() for each in parts)
        if part.isascii() and part.isdigit() and len(part) < 18
    )  # fmt: skip


def _moment(given: Any, name: str) -> datetime | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        found = parse_datetime(text.replace(" ", "+", 1) if "T" in text else text)
        day = None if found else parse_date(text)
        if day is not None:
            found = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # made aware below
        if found is not None and found.year in YEARS:
            aware = found if timezone.is_aware(found) else timezone.make_aware(found)
            return aware.astimezone(UTC)  # the database knows no zone beyond ±15:59
    except (ValueError, OverflowError):
        pass
    sentence = _("“%(name)s” is a moment such as 2021-06-12T00:00:00Z.")
    raise Error(400, sentence % {"name": name})


def requests(wanted: Asked, ranges: Ranges) -> list[dict[str, Any]]:
    """The latest requests that anybody may see, for whoever acts as this door."""
    rows = _seen(ranges)
    if wanted.numbers is not None:
        rows = rows.filter(number__in=wanted.numbers)
    if wanted.codes:
        rows = rows.filter(kind__in=wanted.codes)
    if wanted.starts_at is not None:
        rows = rows.filter(received_at__gte=wanted.starts_at, received_at__lte=wanted.ends_at)
    if wanted.is_closed is not None:
        rows = rows.filter(closed_at__isnull=not wanted.is_closed)
    return [_request(row) for row in rows.order_by("-received_at")[:MOST]]


def request(number: str, ranges: Ranges) -> dict[str, Any] | None:
    """One of them."""
    found = requests(Asked(numbers=_numbers(number)), ranges)
    return found[0] if found else None


def number_of(token: str) -> str | None:
    """The request that a token was given for."""
    try:
        key = UUID(token)
    except ValueError:
        return None
    found = Matter.objects.filter(pk=key, door=Door.OPEN311).values_list("number", flat=True)
    return str(found[0]) if found else None


def _seen(ranges: Ranges) -> QuerySet[Matter]:
    """Matters of order are not told by grid: asking grid by grid would say where they lie."""
    [(lo, hi)] = ranges
    shown = SHOWN if hi - lo >= WIDTH[Level.COMMUNITY] else (WITH_PLACE,)
    return Matter.objects.filter(door=Door.OPEN311, realm__in=shown, place__gte=lo, place__lt=hi)


def _request(row: Matter) -> dict[str, Any]:
    kind, _hours = look_up.kind_of(row.pack_id, row.kind)
    outcome = kind.outcome(row.outcome) if row.outcome else None
    notes = words.plain_state(row.state) + (f" {outcome.label.here()}" if outcome else "")
    found: dict[str, Any] = {
        "service_request_id": str(row.number),
        "status": "closed" if row.state in ENDED else "open",
        "status_notes": notes,
        "service_name": kind.label.here(),
        "service_code": row.kind,
        "requested_datetime": _iso(row.received_at),
        "updated_datetime": _iso(row.closed_at or row.state_since),
    }
    if row.due_at is not None:
        found["expected_datetime"] = _iso(row.due_at)
    if row.realm == WITH_PLACE and row.lon is not None:
        found |= {"lat": row.lat, "long": row.lon}
    return found


def _iso(moment: datetime) -> str:
    return timezone.localtime(moment).replace(microsecond=0).isoformat()
