"""The lead's pages that read: numbers, and the list behind each."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.workforce import forms, queries
from kapok.workforce.queries.staffing import BOUNDS
from kapok.workforce.views.common import for_service

VIEW = Permission.APPOINTMENT_VIEW


@require_safe
@for_service(VIEW)
def overview(request: SignedInRequest) -> HttpResponse:
    """How the places of whoever acts are staffed, as numbers."""
    context = {"overview": queries.overview(at=timezone.now()), "bounds": BOUNDS}
    return render(request, "workforce/overview.html", context)


@require_safe
@for_service(VIEW)
def people(request: SignedInRequest) -> HttpResponse:
    """Who holds what, by name; with htmx the rows alone."""
    q, role = request.GET.get("q", "").strip()[:60], request.GET.get("role", "")
    number = request.GET.get("page", "1")
    page = queries.people(
        q=q, role=role, number=int(number) if number.isdigit() else 1, at=timezone.now()
    )
    context = {"page": page, "q": q, "role": role, "roles": forms.all_roles()}
    template = "workforce/_people.html" if request.htmx else "workforce/people.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def person(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """One person; the telephone is shown after asking, which is written down."""
    card = queries.worker_card(account_id, reveals=request.method == "POST", at=timezone.now())
    if card is None:
        raise Http404
    return render(request, "workforce/person.html", {"card": card})


@require_safe
@for_service(VIEW)
def vacancies(request: SignedInRequest) -> HttpResponse:
    """Grids that nobody looks after, or that have no deputy."""
    what = "deputy" if request.GET.get("what") == "deputy" else "worker"
    staff = queries.staffing(at=timezone.now())
    grids = staff.without_deputy if what == "deputy" else staff.without_worker
    context = {"what": what, "grids": grids, "n_all": len(staff.grids)}
    return render(request, "workforce/vacancies.html", context)


@require_safe
@for_service(VIEW)
def grids(request: SignedInRequest) -> HttpResponse:
    """All grids in force, with who looks after each."""
    staff = queries.staffing(at=timezone.now())
    return render(request, "workforce/grids.html", {"staff": staff, "bounds": BOUNDS})


@require_safe
@for_service(VIEW)
def handovers(request: SignedInRequest) -> HttpResponse:
    """Appointments that end soon without a successor."""
    at = timezone.now()
    lines = queries.lines_of(queries.handovers_due(at=at), at=at)
    return render(request, "workforce/handovers.html", {"lines": lines, "bounds": BOUNDS})


@require_safe
@for_service(VIEW)
def load(request: SignedInRequest) -> HttpResponse:
    """How many households each worker looks after, most first."""
    staff = queries.staffing(at=timezone.now())
    only_over = request.GET.get("only") == "over"
    context = {
        "staff": staff,
        "loads": staff.over_stretched if only_over else staff.loads,
        "only_over": only_over,
        "bounds": BOUNDS,
    }
    return render(request, "workforce/load.html", context)
