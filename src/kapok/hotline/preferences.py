"""What every page needs to know of the hotline: whether to lead to its pages."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission

ANY = (Permission.CALL_TAKE, Permission.CALL_LEAD, Permission.CALL_COUNT, Permission.LINE_KEEP)


def calls(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts sits at a line, or looks at what goes on there."""
    return {
        "takes_calls": scope.can(Permission.CALL_TAKE),
        "leads_calls": scope.can(Permission.CALL_LEAD),
        "counts_calls": scope.can(Permission.CALL_COUNT),
        "sees_hotline": any(scope.can(permission) for permission in ANY),
    }
