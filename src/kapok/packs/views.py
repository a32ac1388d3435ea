"""Pages of the packs: the list, one pack to read, its text to edit, what is different, in force."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.packs import operations, page_forms, queries
from kapok.packs.documents import Fault

START = """\
# A new pack. Each number names its source; each label stands in Chinese and in English.
code: my-pack
title: {zh: "新规则", en: "New rules"}
jurisdiction: %(place)s
valid_from: %(today)s

sources:
  us: {text: "本地预案", grade: D}

calendar:
  hours:
    - {starts: "08:30", ends: "12:00"}
    - {starts: "14:00", ends: "17:30"}
  source: us

kinds: []
"""


@require_safe
def packs(request: SignedInRequest) -> HttpResponse:
    """All versions of all packs."""
    context = {
        "lines": queries.versions(at=timezone.now()),
        "may_edit": scope.can(Permission.PACK_EDIT),
    }
    return render(request, "packs/packs.html", context)


@require_safe
def pack(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """One pack, for people to read."""
    return _page(request, pack_id)


@require_safe
def text(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """The text of a pack as a file."""
    found = _shown(pack_id)
    answer = HttpResponse(found.text, content_type="application/yaml; charset=utf-8")
    name = f"{found.line.code}-{found.line.version}.yaml"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Write a new pack."""
    who = scope.require(Permission.PACK_EDIT)
    start = START % {"place": who.ranges[0][0], "today": timezone.localdate().isoformat()}
    return _edit(request, start, replaces=None, found=None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """Edit a draft; the text of another version becomes a new draft.

    Who writes rules for a smaller area alone begins a pack of that area, which holds before it.
    """
    found = _shown(pack_id)
    if not found.may_edit:
        who = scope.require(Permission.PACK_EDIT)
        start = queries.for_area(found.text, found.line.code, who.ranges[0][0])
        return _edit(request, start, replaces=None, found=found)
    replaces = pack_id if found.line.state == "DRAFT" else None
    return _edit(request, found.text, replaces=replaces, found=found)


@require_safe
def differences(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """What is different from the version in force."""
    found = queries.compared(pack_id, at=timezone.now())
    if found is None:
        raise Http404
    line, other, rows = found
    return render(request, "packs/differences.html", {"line": line, "other": other, "rows": rows})


@require_POST
def put_in_force(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """Put a draft in force."""
    form, at = page_forms.PutInForce(request.POST, prefix="force"), timezone.now()
    if not form.is_valid():
        return _page(request, pack_id, force=form, status=422)
    try:
        operations.put_in_force(
            pack=pack_id,
            valid_from=form.cleaned_data["valid_from"] or at,
            by=request.user,
            at=at,
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, pack_id, force=form, status=422)
    messages.success(request, _("Put in force."))
    return redirect("pack", pack_id)


@require_POST
def end(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """Let a pack end."""
    form, at = page_forms.End(request.POST, prefix="end"), timezone.now()
    if not form.is_valid():
        return _page(request, pack_id, end=form, status=422)
    ends_at = form.cleaned_data["ends_at"] or at
    try:
        operations.end_at(pack=pack_id, ends_at=ends_at, by=request.user, at=at)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, pack_id, end=form, status=422)
    messages.success(request, _("Its end is set."))
    return redirect("pack", pack_id)


@require_POST
def withdraw(request: SignedInRequest, pack_id: UUID) -> HttpResponse:
    """Take a draft back, or a pack that has not begun."""
    operations.withdraw(pack=pack_id, by=request.user, at=timezone.now())
    messages.success(request, _("Withdrawn."))
    return redirect("pack", pack_id)


def _shown(pack_id: UUID) -> queries.Shown:
    found = queries.shown(pack_id, at=timezone.now())
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest,
    pack_id: UUID,
    *,
    force: page_forms.PutInForce | None = None,
    end: page_forms.End | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "pack": _shown(pack_id),
        "may_try": scope.can(Permission.PACK_EDIT) or scope.can(Permission.PACK_PUT_IN_FORCE),
        "force": force or page_forms.PutInForce(prefix="force"),
        "end": end or page_forms.End(prefix="end"),
    }
    return render(request, "packs/pack.html", context, status=status)


def _edit(
    request: SignedInRequest, start: str, *, replaces: UUID | None, found: queries.Shown | None
) -> HttpResponse:
    """Show the text, or keep what was sent; what is wrong stands above it, line by line."""
    note = found.line.note if found and replaces else ""
    form = page_forms.Draft(
        request.POST or None, request.FILES or None, initial={"text": start, "note": note}
    )
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            kept = operations.draft(
                text=form.cleaned_data["text"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
                replaces=replaces,
            )
        except operations.Faulty as faulty:
            faults = faulty.faults
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kept as a draft. A second person puts it in force."))
            return redirect("pack", kept.pk)
    if request.method == "POST" and form.is_valid():
        form.show_text()
    rows = (form["text"].value() or "").splitlines()
    context = {
        "form": form,
        "found": found,
        "replaces": replaces,
        "faults": [(fault, _row(rows, fault.line)) for fault in faults],
    }
    failed = request.method == "POST"
    return render(request, "packs/edit.html", context, status=422 if failed else 200)


def _row(rows: list[str], line: int) -> str:
    """The row of a text that a fault is about."""
    return rows[line - 1].strip()[:120] if 0 < line <= len(rows) else ""
