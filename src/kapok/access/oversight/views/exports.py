"""Asking for an export, deciding about one, and taking it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access import exports as operations
from kapok.access.models import EXPORT_ALONE, ExportRequest
from kapok.access.oversight import forms, lists, names
from kapok.access.requests import SignedInRequest
from kapok.access.scope import current
from kapok.access.sheets import Format
from kapok.errors import Refused


@require_safe
def exports(request: SignedInRequest) -> HttpResponse:
    """One's own requests, those that wait for one's agreement, and the form."""
    return _page(request)


@require_POST
def ask(request: SignedInRequest) -> HttpResponse:
    """Ask to take rows out."""
    form = _form(request)
    if not form or not form.is_valid():
        return _page(request, form=form, status=422)
    place, level = form.chosen_area()
    said = {name: form.cleaned_data[name] for name in ("what", "purpose", "reason")}
    try:
        made = operations.ask(place=place, level=level, by=request.user, at=timezone.now(), **said)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form=form, status=422)
    if made.status == operations.Status.APPROVED:
        messages.success(request, _("The file is ready to be taken, once."))
    else:
        messages.success(
            request,
            _(
                "Asked. With these %(n)s rows it is more than %(alone)s in a day, so a second "
                "person must agree first."
            )
            % {"n": made.n_rows, "alone": EXPORT_ALONE},
        )
    return redirect("exports")


@require_POST
def decide(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """Agree to somebody's request, or refuse it."""
    agree = request.POST.get("agree") == "yes"
    try:
        operations.decide(
            request_id=request_id,
            agree=agree,
            answer=request.POST.get("answer", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ExportRequest.DoesNotExist:
        raise Http404 from None
    except Refused as refusal:
        return _page(request, refused=request_id, refusal=str(refusal), status=422)
    messages.success(request, _("Agreed.") if agree else _("Refused; the other sees your reason."))
    return redirect("exports")


@require_POST
def take(request: SignedInRequest, request_id: UUID) -> HttpResponse:
    """The file, once."""
    form = Format.CSV if request.POST.get("format") == Format.CSV else Format.XLSX
    try:
        taken = operations.take(
            request_id=request_id, form=form, by=request.user, at=timezone.now()
        )
    except ExportRequest.DoesNotExist:
        raise Http404 from None
    return HttpResponse(
        taken.content,
        content_type=taken.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{taken.name}"',
            "Cache-Control": "no-store",
        },
    )


def _form(request: SignedInRequest) -> forms.Ask | None:
    """The form, for who may ask for something."""
    who = current()
    offered = operations.offered_to(who)
    if not offered:
        return None
    areas = names.areas(request.appointment)
    return forms.Ask(request.POST or None, who=who, offered=offered, areas=areas)


def _page(
    request: SignedInRequest,
    *,
    form: forms.Ask | None = None,
    status: int = 200,
    refused: UUID | None = None,
    refusal: str = "",
) -> HttpResponse:
    mine, others = lists.exports(me=request.user.pk)
    context = {
        "form": form or (_form(request) if request.method != "POST" else None),
        "mine": mine,
        "others": others,
        "alone": EXPORT_ALONE,
        "days": operations.GOOD_FOR.days,
        "refused": refused,
        "refusal": refusal,
    }
    return render(request, "oversight/exports.html", context, status=status)
