"""What the pages of zones share."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kapok.access import scope
from kapok.access.roles import Permission

MOST_SENT = 1_000


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of zones."""
    who = scope.current()
    values = {
        "may_order": who.can(Permission.ZONE_ORDER),
        "map_code": who.ranges[0][0] if who.ranges else 0,
    }
    return render(request, template, values | context, status=status)


def codes(sent: list[str]) -> list[int]:
    """Place codes of a form; what is none is left out."""
    found = [int(code) for code in sent[:MOST_SENT] if code.isascii() and code.isdigit()]
    return list(dict.fromkeys(found))


def key(sent: str) -> UUID | None:
    """An identifier of a form, if it is one."""
    try:
        return UUID(sent)
    except ValueError:
        return None
