"""Which pages of who watches somebody has, and what waits for them there."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import Alarm, ExportRequest
from kapok.access.roles import Permission

HERE = ("trace", "exports", "purposes", "emergencies")


@dataclass(frozen=True)
class Link:
    """One page: where it is, what it is called, how much waits there."""

    url: str
    label: str
    n: int = 0


def watching(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the pages of who watches, only where they are shown."""
    if request.path.split("/")[1] not in HERE:
        return {}
    return {"watching": list(_links(is_known=request.user.is_authenticated))}


def _links(*, is_known: bool) -> Iterator[Link]:
    if scope.can(Permission.TRACE_VIEW):
        yield Link(reverse("trace"), _("Trace"))
        n = Alarm.objects.filter(settled_at=None).count()
        yield Link(reverse("alarms"), _("Alarms"), n)
    if scope.can(Permission.EXPORT_ASK) or scope.can(Permission.EXPORT_APPROVE):
        yield Link(reverse("exports"), _("Exports"), _n_exports())
    yield Link(reverse("purposes"), _("What data is used for"))
    if is_known:
        yield Link(reverse("emergencies"), _("Emergencies"))
        yield Link(reverse("trace-mine"), _("What I looked at"))


def _n_exports() -> int:
    """Requests of others that wait for an answer."""
    if not scope.can(Permission.EXPORT_APPROVE):
        return 0
    waiting = ExportRequest.objects.filter(status=ExportRequest.Status.ASKED)
    return waiting.exclude(asked_by=scope.current().account).count()
