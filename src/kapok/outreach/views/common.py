"""What the pages of notices share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kapok.access import scope
from kapok.access.roles import Permission


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of notices, with what its navigation needs."""
    values = {
        "may_write": scope.can(Permission.NOTICE_WRITE),
        "may_view": scope.can(Permission.NOTICE_VIEW),
        "may_pass": scope.can(Permission.NOTICE_PASS),
        "may_manage_groups": scope.can(Permission.GROUP_MANAGE),
        "may_see_outbox": scope.can(Permission.CHANNEL_MANAGE) or scope.can(Permission.NOTICE_VIEW),
    }
    return render(request, template, values | context, status=status)
