"""Pages of those who write notices and follow them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.outreach.models import Notice
from kapok.outreach.operations import going, writing
from kapok.outreach.page_forms import CorrectionForm, NoticeForm
from kapok.outreach.queries import choices, notices
from kapok.outreach.queries.preview import preview
from kapok.outreach.views.common import show
from kapok.outreach.workflow import State, Topic
from kapok.packs import look_up
from kapok.workforce.posters import drawn


@require_safe
def list_of(request: SignedInRequest) -> HttpResponse:
    """All notices of one's places."""
    if not (scope.can(Permission.NOTICE_VIEW) or scope.can(Permission.NOTICE_WRITE)):
        return redirect("notices-to-pass") if scope.can(Permission.NOTICE_PASS) else _refused()
    chosen = request.GET.get("show", "")
    found = notices.notices(show=chosen)
    return show(
        request, "outreach/notices.html", {"lines": found, "chosen": chosen, "here": "notices"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Write a notice; “preview” shows it, “keep” keeps it as a draft."""
    scope.require(Permission.NOTICE_WRITE)
    return _written(request, None, _begun(request))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Change a draft."""
    notice = _mine(notice_id)
    if notice.state != State.DRAFT:
        raise Refused(_("It was sent already. Correct it instead: its page says what changed."))
    return _written(request, notice, _said(notice))


def _written(
    request: SignedInRequest, notice: Notice | None, initial: dict[str, Any]
) -> HttpResponse:
    at, problem, shown = timezone.now(), "", None
    form = _form(request, initial)
    if form.is_bound and form.is_valid():
        try:
            if "preview" in request.POST:
                writing.refuse(form.draft(), at=at)
                shown = preview(form.draft(), at=at)
            else:
                return _kept(request, notice, form)
        except Refused as refusal:
            problem = str(refusal)
    wrong = bool(form.is_bound and (problem or form.errors))
    context = {
        "form": form, "notice": notice, "preview": shown, "problem": problem,
        "texts": choices.texts(_place(), at),
    }  # fmt: skip
    return show(request, "outreach/write.html", context, status=422 if wrong else 200)


def _kept(request: SignedInRequest, notice: Notice | None, form: NoticeForm) -> HttpResponse:
    draft, by, at = form.draft(), request.user, timezone.now()
    if notice is None:
        kept = writing.write(draft=draft, by=by, at=at)
    else:
        kept = writing.rewrite(notice_id=notice.pk, draft=draft, by=by, at=at)
    messages.success(request, _("Kept as a draft. Nobody has seen it yet."))
    return redirect("notice", kept.pk)


@require_safe
def page(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """One notice, and how far it got."""
    return _page(request, notice_id)


@require_safe
def sheet(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """The sheet to print and hang up, with the address as a QR code."""
    card = _card(request, notice_id)
    return show(request, "outreach/sheet.html", {"card": card, "qr": mark_safe(drawn(card.link))})


@require_POST
def send(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Send it down."""
    try:
        going.send(notice_id=notice_id, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, notice_id, problem=str(refusal))
    messages.success(request, _("Sent down. Messages are being put into the outbox."))
    return redirect("notice", notice_id)


@require_POST
def withdraw(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Withdraw it."""
    try:
        n = going.withdraw(
            notice_id=notice_id, reason=request.POST.get("reason", ""), by=request.user,
            at=timezone.now(),
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, notice_id, problem=str(refusal))
    messages.success(request, _("Withdrawn. %(n)s messages were not sent any more.") % {"n": n})
    return redirect("notice", notice_id)


@require_POST
def drop(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Drop a draft."""
    writing.drop(notice_id=notice_id, by=request.user, at=timezone.now())
    messages.success(request, _("Dropped."))
    return redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: SignedInRequest, notice_id: UUID) -> HttpResponse:
    """Correct the words of one that was sent."""
    notice = _mine(notice_id)
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial=_words(notice) | {"last_day": notice.last_day},
    )
    problem = ""
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        correction = going.Correction(
            form.words(), said["changed_zh"], said["changed_en"], said["tell_again"],
            said["last_day"],
        )  # fmt: skip
        try:
            going.correct(
                notice_id=notice_id, correction=correction, by=request.user, at=timezone.now()
            )
        except Refused as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("Corrected. The page says what changed."))
            return redirect("notice", notice_id)
    wrong = bool(form.is_bound and (problem or form.errors))
    context = {"form": form, "notice": notice, "problem": problem}
    return show(request, "outreach/correct.html", context, status=422 if wrong else 200)


def _page(request: SignedInRequest, notice_id: UUID, *, problem: str = "") -> HttpResponse:
    context = {"card": _card(request, notice_id), "problem": problem}
    return show(request, "outreach/notice.html", context, status=422 if problem else 200)


def _card(request: SignedInRequest, notice_id: UUID) -> notices.Card:
    if not (scope.can(Permission.NOTICE_VIEW) or scope.can(Permission.NOTICE_PASS)):
        scope.require(Permission.NOTICE_WRITE)
    inside = request.GET.get("in", "")
    code = int(inside) if inside.isascii() and inside.isdigit() and len(inside) == 15 else None
    found = notices.card(notice_id, at=timezone.now(), inside=code)
    if found is None:
        raise Http404
    return found


def _mine(notice_id: UUID) -> Notice:
    """A notice that who acts may write."""
    scope.require(Permission.NOTICE_WRITE)
    notice = Notice.objects.filter(pk=notice_id).first()
    if notice is None:
        raise Http404
    scope.require(Permission.NOTICE_WRITE, notice.place)
    return notice


def _form(request: SignedInRequest, initial: dict[str, Any]) -> NoticeForm:
    data = request.POST if request.method == "POST" else None
    kinds = choices.answer_kinds(_place(), timezone.now())
    return NoticeForm(data, initial=initial, areas=choices.areas(), kinds=kinds)


def _place() -> int:
    ranges = scope.current().ranges
    return ranges[0][0] if ranges else 10**14


def _begun(request: SignedInRequest) -> dict[str, Any]:
    """What a text of the packs begins with."""
    wanted = request.GET.get("text", "")
    for text in look_up.packs_at(_place(), timezone.now()).notices():
        if text.code == wanted:
            return {
                "title_zh": text.title.zh, "title_en": text.title.en,
                "body_zh": text.body.zh.strip(), "body_en": text.body.en.strip(),
                "topic": text.topic, "audience": text.audience, "urgent": text.urgent,
                "answer_kind": text.answer_kind or "", "per_hour": text.per_hour,
            }  # fmt: skip
    return {"topic": Topic.ADVICE}


def _said(notice: Notice) -> dict[str, Any]:
    names = (
        "topic",
        "audience",
        "way",
        "urgent",
        "override_reason",
        "answer_kind",
        "per_hour",
        "last_day",
    )
    facts = {name: getattr(notice, name) for name in names}
    return facts | _words(notice) | {"area": f"{notice.place}:{notice.level}"}


def _words(notice: Notice) -> dict[str, Any]:
    version = notice.versions.order_by("-number").first()
    names = ("title_zh", "title_en", "body_zh", "body_en")
    return {name: getattr(version, name) for name in names} if version else {}


def _refused() -> HttpResponse:
    raise NotAllowed(_("Notices are for who writes them or passes them on."))
