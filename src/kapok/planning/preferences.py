"""What every page needs to know of plans: whether to lead to their pages."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def plans(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts sees plans."""
    return {"sees_plans": scope.can(Permission.PLAN_VIEW)}
