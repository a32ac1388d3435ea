"""What every page of the desk needs to know: whether to lead to the online homes."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def homes(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts keeps online homes."""
    return {"keeps_homes": scope.can(Permission.PORTAL_KEEP)}
