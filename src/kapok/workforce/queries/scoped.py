"""Filters that say in SQL what the acting appointment holds, so that an index is used."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Appointment
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


def where(row: Appointment, at_most: int = 3) -> str:
    """The names of the areas of an appointment, of many the first ones."""
    names = [str(area[-1] or area[0]) for area in row.areas]
    more = len(names) - at_most
    return "、".join(names[:at_most]) + (_(" and %(n)d more") % {"n": more} if more > 0 else "")


def kept_anywhere(accounts: Iterable[UUID]) -> set[UUID]:
    """Which of the accounts have a worker's file, here or elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT workforce_known(%s::uuid[])", [[str(key) for key in accounts]])
        return {key for (key,) in cursor.fetchall()}
