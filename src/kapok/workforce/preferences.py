"""What every page needs to know of the workforce: whether to lead to its pages."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.roles import Permission


def staff(request: HttpRequest) -> dict[str, Any]:
    """Context processor: whether whoever acts sees who works here, and what parts a list."""
    sees = scope.can(Permission.APPOINTMENT_VIEW) and scope.can(Permission.WORKER_VIEW)
    return {"sees_staff": sees, "sep": _(", ")}
