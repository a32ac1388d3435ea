"""What every page needs to know of packs: whether to lead to their pages."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def packs(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts reads packs."""
    return {"sees_packs": scope.can(Permission.PACK_VIEW)}
