"""What every page needs to know of zones: whether to lead to their pages."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def zones(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts sees zones."""
    return {"sees_zones": scope.can(Permission.ZONE_VIEW)}
