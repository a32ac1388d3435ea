"""What every page needs to know of the workforce: whether to lead to its pages."""

from django.http import HttpRequest

from kapok.access import scope
from kapok.access.roles import Permission


def staff(request: HttpRequest) -> dict[str, bool]:
    """Context processor: whether whoever acts sees who works in their places."""
    sees = scope.can(Permission.APPOINTMENT_VIEW) and scope.can(Permission.WORKER_VIEW)
    return {"sees_staff": sees}
