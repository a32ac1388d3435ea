"""Lists of workers: brought, looked at, put in force; and the template to fill in."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import sheets
from kapok.access.requests import SignedInRequest
from kapok.access.roles import ROLES, Permission
from kapok.workforce import forms, operations, queries, rows
from kapok.workforce.views.appointing import handed_out
from kapok.workforce.views.common import done, for_service, sent, tried

GIVE, MANAGE = Permission.APPOINTMENT_GIVE, Permission.TEAM_MANAGE
SHOWN = 500  # problems on the page; the file of problems holds all


@require_http_methods(["GET", "POST"])
@for_service(GIVE, MANAGE)
def lists(request: SignedInRequest) -> HttpResponse:
    """Bring a spreadsheet; nothing changes before it is put in force."""
    form = forms.BringList(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        stored = tried(form, "file", lambda: _read(request, file.name, file.read()))
        if stored is not None:
            return redirect("staff-list", stored.pk)
    context = {
        "form": form,
        "waiting": queries.waiting_lists(),
        "fields": rows.FIELDS.items(),
        "required": rows.REQUIRED,
        "roles": forms.role_choices(),
    }
    return render(request, "workforce/lists.html", context, status=422 if form.errors else 200)


@require_safe
@for_service(GIVE, MANAGE)
def one_list(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """What a list would change, row by row, and what stands against it."""
    found = queries.preview(list_id, by=request.user, at=timezone.now())
    if found is None:
        raise Http404
    context = {"preview": found, "problems": found.problems[:SHOWN]}
    return render(request, "workforce/list.html", context)


@require_POST
@for_service(GIVE, MANAGE)
def settle_list(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """Put a list in force, and show the set-up links once; or give it up."""
    if request.POST.get("do") == "give_up":
        operations.give_up_list(list_id=list_id, by=request.user, at=timezone.now())
        return done(request, _("Given up. Nothing was changed."), "staff-lists")
    handed = operations.put_in_force(list_id=list_id, by=request.user, at=timezone.now())
    if not handed:
        return done(request, _("In force. There are no new accounts."), "staff-people")
    return handed_out(request, list(handed))


@require_safe
@for_service(GIVE, MANAGE)
def problems(request: SignedInRequest, list_id: UUID) -> HttpResponse:
    """The wrong rows as a file: line, field, and why."""
    found = queries.preview(list_id, by=request.user, at=timezone.now())
    if found is None:
        raise Http404
    heading = [_("Line"), _("Field"), _("Why it cannot enter")]
    body = [(one.line, one.field_label, one.sentence) for one in found.problems]
    return _file(sheets.written(sheets.Format.XLSX, heading=heading, rows=body), "problems.xlsx")


@require_safe
@for_service(GIVE, MANAGE)
def template(request: SignedInRequest) -> HttpResponse:
    """An empty list with its columns and two rows as an example."""
    heading = [str(label) for label in rows.FIELDS.values()]
    day = forms.next_monday(timezone.localdate())
    end = day.replace(month=12, day=31)
    roles = [str(ROLES[role].label) for role in ("grid_worker", "gate_keeper")]
    yes, no = _("yes"), _("no")
    body = [
        ("示例一", "shili.yi", "13800138000", roles[0], "440103022001001；440103022001002",
         f"{day}", f"{end}", no, _("Full-time"), "示例街道", ""),
        ("示例二", "shili.er", "", roles[1], "440103022001", f"{day}", "", yes,
         _("Volunteer"), "", _("Nursing")),
    ]  # fmt: skip
    return _file(sheets.written(sheets.Format.XLSX, heading=heading, rows=body), "workers.xlsx")


def _read(request: SignedInRequest, name: str, data: bytes) -> object:
    assert request.appointment is not None  # for_service saw its permissions
    code, level = request.appointment.areas[0][:2]
    return operations.read_list(
        file_name=name, data=data, code=int(code), level=level, by=request.user, at=timezone.now()
    )


def _file(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=sheets.Format.XLSX.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
