"""A new matter at the desk or on the telephone: why first, then where, then what is asked."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.forms.html import answers_of, widgets
from kapok.matters.forms.moves import report_data
from kapok.matters.operations.commands import apply
from kapok.matters.queries.desk import choices, finding
from kapok.matters.views.common import for_desk, key_of, show
from kapok.matters.views.matter import sent_files
from kapok.matters.workflow import Door, Urgency
from kapok.packs import look_up
from kapok.packs.schema import Kind

SEES = (Permission.MATTER_REPORT,)
BY_PHONE = "PHONE"


@dataclass(frozen=True)
class Asked:
    """How far the taking of a report is: its kind, the reason behind it, the kind it becomes."""

    kind: Kind | None
    why: str
    becomes: Kind | None

    @property
    def form_of(self) -> Kind | None:
        """The kind whose form is asked: that of the need, where there is one."""
        if self.kind is None or (self.kind.why is not None and not self.why):
            return None
        return self.becomes or self.kind


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(*SEES)
def new_matter(request: SignedInRequest) -> HttpResponse:
    """Take a report, step by step; without JavaScript each step is a page."""
    sent = request.POST if request.method == "POST" else request.GET
    asked = _asked(sent.get("kind", ""), sent.get("why", ""))
    if request.method != "POST" or asked.form_of is None or request.POST.get("look"):
        return _form(request, asked, None)
    try:
        answer, key = _taken(request, asked)
    except Refused as refusal:
        return _form(request, asked, Answer(uuid7(), Status.REFUSED, uuid7(), str(refusal)))
    if answer.status != Status.TAKEN:
        return _form(request, asked, answer)
    messages.success(
        request, _("Taken as No. %(number)s. Tell it to the caller.") % {"number": answer.number}
    )
    if scope.can(Permission.MATTER_VIEW) or scope.can(Permission.MATTER_HANDLE):
        return redirect("matter", key)
    return redirect("matter-new")


def _asked(code: str, why: str) -> Asked:
    at, who = timezone.now(), scope.current()
    rules = look_up.packs_at(who.ranges[0][0], at) if who.ranges else None
    kind = rules.find(code) if rules and code else None
    if kind is None or rules is None:
        return Asked(None, "", None)
    reason = kind.why.option(why) if kind.why and why else None
    becomes = rules.find(reason.becomes) if reason and reason.becomes else None
    return Asked(kind, reason.code if reason else "", becomes)


def _taken(request: SignedInRequest, asked: Asked) -> tuple[Answer, UUID]:
    form_kind = asked.form_of or asked.kind
    if form_kind is None:
        raise Refused(_("Choose what it is about first."))
    data = report_data(form_kind.report_form, request.POST)
    sent_files.add(request, data, form_kind.report_form)
    if files := sent_files.taken(request, "files", "PHOTO"):
        data["files"] = [*data.get("files", ()), *files]
    key = key_of(request.POST.get("matter", ""))
    command = Command(key_of(request.POST.get("id", "")), "report", key, timezone.now(), data=data)
    [answer] = apply([command])
    return answer, key


def _form(request: SignedInRequest, asked: Asked, answer: Answer | None) -> HttpResponse:
    sent = request.POST if request.method == "POST" else request.GET
    form_kind = asked.form_of
    faults = dict(answer.faults) if answer else {}
    given = answers_of(form_kind.report_form, sent) if form_kind else {}
    context: dict[str, Any] = {
        "asked": asked,
        "kinds": _kinds() if asked.kind is None else (),
        "form_kind": form_kind,
        "widgets": widgets(form_kind.report_form, given, faults) if form_kind else (),
        "answer": answer,
        "faults": faults,
        "sent": sent,
        "contact": {name: sent.get(f"contact.{name}", "") for name in ("name", "phone", "email")},
        "is_hidden": sent.get("contact.hidden") == "on",
        "buildings": finding.buildings(sent.get("where", "")) if form_kind else (),
        "looked": bool(sent.get("where", "").strip()),
        "urgencies": [(each.value, each.label) for each in Urgency],
        "id": sent.get("id") or uuid7(),
        "matter": sent.get("matter") or uuid7(),
        "near": finding.middle(),
    }
    status = 422 if answer else 200
    return show(request, "matters/new.html", context, status=status)


def _kinds() -> list[Kind]:
    """The kinds that may be taken by telephone, those of one group beside each other."""
    return sorted(choices.reportable(Door.PHONE, at=timezone.now()), key=lambda kind: kind.category)
