"""Filters that say in SQL what the acting appointment holds, so that an index is used."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Appointment
from kapok.codes import Level
from kapok.places.models import Area


def inside(field: str = "place") -> Q:
    """Rows whose code in ``field`` lies in the acting ranges; the policies hold it besides."""
    found = Q(pk__in=[])
    for lo, hi in scope.current().ranges:
        found |= Q(**{f"{field}__gte": lo, f"{field}__lt": hi})
    return found


def area_names(codes: set[int]) -> dict[int, str]:
    """Names of areas by their codes, retired ones among them."""
    return {area.code: area.name for area in Area.objects.filter(code__in=codes)}


def said_name(area: Area) -> str:
    """What an appointment keeps of an area's name: of a grid, with its community before it."""
    name = area.name_zh or area.name_en
    if area.level != Level.GRID or area.parent is None:
        return name
    return f"{area.parent.name_zh or area.parent.name_en} {name}"


def known_areas(at_most: int = 2000) -> list[tuple[int, str]]:
    """Codes and names of the communities and grids inside the acting places, to choose from."""
    rows = Area.objects.filter(
        inside("code"), level__in=[Level.STREET, Level.COMMUNITY, Level.GRID], valid_to=None
    )
    found = rows.select_related("parent").defer("boundary", "parent__boundary").order_by("code")
    return [(area.code, said_name(area)) for area in found[:at_most]]


def until(ends_at: datetime | None) -> str:
    """The last day of a period that ends with a day, else its last moment; blank without an end."""
    if ends_at is None:
        return ""
    local = timezone.localtime(ends_at)
    if local.time() == time.min:
        return f"{local - timedelta(days=1):%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}"


def where(row: Appointment, at_most: int = 3) -> str:
    """The names of the areas of an appointment, of many the first ones."""
    names = [str(area[-1] or area[0]) for area in row.areas]
    more = len(names) - at_most
    return _(", ").join(names[:at_most]) + (_(" and %(n)d more") % {"n": more} if more > 0 else "")


def kept_anywhere(accounts: Iterable[UUID]) -> set[UUID]:
    """Which of the accounts have a worker's file, here or elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workforce_known(%s::uuid[])", [[str(key) for key in accounts]])
        return {key for (key,) in cursor.fetchall()}
