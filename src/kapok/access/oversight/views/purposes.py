"""What personal data is used for and for how long it is kept; emergencies and their end."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from kapok.access import emergencies as operations
from kapok.access import retention, scope
from kapok.access.models import Certificate, Emergency
from kapok.access.oversight import forms, lists, names
from kapok.access.purposes import PURPOSES, Basis, groups_of
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused

NEWEST = 50


@login_not_required
@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """For everybody: what data is used for and why. For the officer: what falls due as well."""
    context: dict[str, Any] = {
        "purposes": [
            {
                "code": code,
                "purpose": purpose,
                "basis": BASES[purpose.basis],
                "groups": groups_of(purpose),
                "fields": sorted(purpose.fields),
                "roles": [names.role(role) for role in sorted(purpose.roles)],
            }
            for code, purpose in PURPOSES.items()
        ],
    }
    if scope.can(Permission.PURPOSE_VIEW):
        who = scope.current()
        context["due"] = retention.due(at=timezone.now(), ranges=who.ranges)
        context["falls_due"] = [each for each in context["due"] if each.n_this_week]
        context["certificates"] = _certificates()
    return render(request, "oversight/purposes.html", context)


def _certificates() -> list[Certificate]:
    newest = Certificate.objects.select_related("decided_by", "emergency").defer("subjects")
    return list(newest[:NEWEST])


@require_safe
def emergencies(request: SignedInRequest) -> HttpResponse:
    """All emergencies, and the form for who may declare one."""
    return _page(request)


@require_POST
def declare(request: SignedInRequest) -> HttpResponse:
    """Declare an emergency."""
    form = _form(request)
    if not form:
        raise NotAllowed(_("Your role declares no emergencies."))
    if form.is_valid():
        place, level = form.chosen_area()
        at = timezone.now()
        said = {name: form.cleaned_data[name] for name in ("name", "order")}
        try:
            operations.declare(
                place=place, level=level, starts_at=at, by=request.user, at=at, **said
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Declared."))
            return redirect("emergencies")
    return _page(request, form=form, status=422)


@require_safe
def ending(request: SignedInRequest, emergency_id: UUID) -> HttpResponse:
    """What the end of an emergency would delete, before anybody decides."""
    line = next((e for e in lists.emergencies(me=request.user.pk) if e.id == emergency_id), None)
    if line is None:
        raise Http404
    context = {"emergency": line, "counts": []}
    if line.may_propose or line.may_agree or line.may_keep:
        context["counts"] = lists.ending(emergency_id, at=timezone.now())
    context["stops"] = [p.label for p in PURPOSES.values() if p.hangs_on_emergency]
    return render(request, "oversight/ending.html", context)


@require_POST
def end(request: SignedInRequest, emergency_id: UUID) -> HttpResponse:
    """Propose the end, agree to it, or keep the emergency."""
    step, sentence = STEPS.get(request.POST.get("step", ""), (None, ""))
    if step is None:
        raise Http404
    try:
        step(emergency_id=emergency_id, by=request.user, at=timezone.now())
    except Emergency.DoesNotExist:
        raise Http404 from None
    messages.success(request, str(sentence))
    return redirect("emergencies")


STEPS = {
    "propose": (operations.ask_end, gettext_lazy("Proposed. A second person must agree.")),
    "agree": (
        operations.end,
        gettext_lazy("It has ended. What only it justified is being deleted."),
    ),
    "keep": (operations.keep, gettext_lazy("It goes on; nothing is deleted.")),
}
BASES = {
    Basis.CONSENT: gettext_lazy("Your consent"),
    Basis.DUTY: gettext_lazy("A legal duty"),
    Basis.EMERGENCY: gettext_lazy("An emergency, or the protection of life"),
}


def _form(request: SignedInRequest) -> forms.Declare | None:
    who = scope.current()
    if not who.can(Permission.EMERGENCY_END):
        return None
    return forms.Declare(request.POST or None, areas=names.areas(request.appointment))


def _page(
    request: SignedInRequest, *, form: forms.Declare | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "emergencies": lists.emergencies(me=request.user.pk),
        "form": form or _form(request),
    }
    return render(request, "oversight/emergencies.html", context, status=status)
