"""The list of plans, and two of them side by side."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.planning.queries import plans as queries
from kapok.planning.views.common import visible


@require_safe
def plans(request: SignedInRequest) -> HttpResponse:
    """Plans of the places of whoever acts."""
    scope.require(Permission.PLAN_VIEW)
    kind = request.GET.get("kind", "")
    kind = kind if kind in queries.KINDS else ""
    context = {
        "plans": queries.lines(kind),
        "kind": kind,
        "kinds": [(code, *labels) for code, labels in queries.KINDS.items()],
        "may_make": scope.can(Permission.PLAN_MAKE),
        "most": queries.MOST_LISTED,
    }
    return render(request, "planning/plans.html", context)


@require_safe
def compare(request: SignedInRequest) -> HttpResponse:
    """Two plans of one kind, figure by figure."""
    one, other = (visible(_key(request.GET.get(name, ""))) for name in ("one", "other"))
    if one.kind != other.kind:
        raise Refused(_("Plans of two kinds have no figures in common. Choose two of one kind."))
    context = {
        "one": queries.line_of(one),
        "other": queries.line_of(other),
        "figures": queries.compared(one, other),
        "sections": ((one, queries.sections(one)), (other, queries.sections(other))),
    }
    return render(request, "planning/compare.html", context)


def _key(sent: str) -> UUID:
    try:
        return UUID(sent)
    except ValueError:
        raise Http404 from None
