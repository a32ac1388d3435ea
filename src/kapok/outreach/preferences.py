"""What every page needs to know of notices: whether to lead to their pages."""

from typing import Any

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def notices(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts meets notices, and as what."""
    return {
        "sees_notices": scope.can(Permission.NOTICE_VIEW) or scope.can(Permission.NOTICE_PASS),
        "sees_channels": scope.can(Permission.CHANNEL_MANAGE),
    }
