"""The rows of the places of whoever acts."""

from django.db.models import Q

from kapok.access import scope


def within(column: str) -> Q:
    """Rows whose place lies where whoever acts may act."""
    inside = Q(pk__in=[])
    for lo, hi in scope.current().ranges:
        inside |= Q(**{f"{column}__gte": lo, f"{column}__lt": hi})
    return inside
