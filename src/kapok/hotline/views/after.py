"""What the pages of lines, call-backs, supervision and figures share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.people.views import page as people_page


def show(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    of_somebody: bool = False,
) -> HttpResponse:
    """A page of the hotline, kept by nobody; of somebody's data it is marked with who looks."""
    values: dict[str, Any] = {
        "may_take": scope.can(Permission.CALL_TAKE),
        "may_lead": scope.can(Permission.CALL_LEAD),
        "may_count": scope.can(Permission.CALL_COUNT),
        "may_keep": scope.can(Permission.LINE_KEEP),
        "server_now": scope.current().at,
    }
    if of_somebody:
        values["watermark"] = people_page.watermark(request)
    return people_page.private(render(request, template, values | context, status=status))


def require_any(*permissions: Permission) -> scope.Acting:
    """Whoever acts, if one of the permissions is theirs. Raises ``NotAllowed``."""
    who = scope.current()
    if not any(who.can(each) for each in permissions):
        scope.require(permissions[0])
    return who
