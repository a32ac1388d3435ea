"""Teams, and what is kept of a worker."""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.workforce import forms, operations, queries
from kapok.workforce.queries.lists import after_day, midnight
from kapok.workforce.rows import phone_number
from kapok.workforce.views.common import account_named, done, for_service, one_code, sent, tried

MANAGE = Permission.TEAM_MANAGE
VIEW = Permission.WORKER_VIEW


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def teams(request: SignedInRequest) -> HttpResponse:
    """The teams here, what they lack, and the form that makes one."""
    form = forms.MakeTeam(sent(request))
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        made = tried(form, "codes", lambda: operations.make_team(
            name=asked["name"],
            kind=asked["kind"],
            code=one_code(asked["codes"]),
            by=request.user,
            at=timezone.now(),
        ))  # fmt: skip
        if made is not None:
            return done(request, _("The team is made. Appoint its members."), "staff-team", made.pk)
    context = {
        "teams": queries.teams(at=timezone.now()),
        "areas": queries.known_areas(),
        "form": form,
        "may_manage": _may_manage(),
    }
    return render(request, "workforce/teams.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_service(VIEW)
def team(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """One team, and the form by which somebody joins it."""
    card = queries.team_card(team_id, at=timezone.now())
    if card is None:
        raise Http404
    start = forms.next_monday(timezone.localdate())
    first = {"starts": start, "ends": start + timedelta(days=364)}
    form = forms.JoinTeam(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        joined = tried(form, "who", lambda: _join(request, card.id, form))
        if joined is not None:
            said = _("%(name)s joins the team.") % {"name": joined}
            return done(request, said, "staff-team", card.id)
    context = {
        "team": card,
        "form": form,
        "may_manage": _may_manage(),
        "people": queries.known_people(at=timezone.now()),
    }
    return render(request, "workforce/team.html", context, status=422 if form.errors else 200)


@require_POST
@for_service(MANAGE)
def end_team(request: SignedInRequest, team_id: UUID) -> HttpResponse:
    """Dissolve a team."""
    ended = operations.end_team(team_id=team_id, by=request.user, at=timezone.now())
    return done(request, _("The team “%(name)s” is dissolved.") % {"name": ended}, "staff-teams")


@require_http_methods(["GET", "POST"])
@for_service(MANAGE)
def keep(request: SignedInRequest, account_id: UUID) -> HttpResponse:
    """What is kept of a worker: kind of work, skills, insurance."""
    at = timezone.now()
    card = queries.worker_card(account_id, reveals=True, at=at)
    if card is None:
        raise Http404
    first = queries.worker_fields(account_id) | {"phone": card.phone}
    form = forms.KeepWorker(sent(request), initial=first)
    if request.method == "POST" and form.is_valid():
        kept = tried(form, None, lambda: _keep(request, account_id, form))
        if kept is not None:
            return done(request, _("Kept."), "staff-person", account_id)
    context = {"card": card, "form": form}
    return render(request, "workforce/keep.html", context, status=422 if form.errors else 200)


def _join(request: SignedInRequest, team_id: UUID, form: forms.JoinTeam) -> object:
    asked = form.cleaned_data
    user = account_named(asked["who"])
    operations.join_team(
        team_id=team_id,
        accounts=[user.pk],
        role=asked["role"],
        starts_at=midnight(asked["starts"]),
        ends_at=after_day(asked["ends"]),
        by=request.user,
        at=timezone.now(),
    )
    return user


def _keep(request: SignedInRequest, account: UUID, form: forms.KeepWorker) -> object:
    asked = form.cleaned_data
    try:
        phone = phone_number(asked["phone"])
    except ValueError as error:
        raise Refused(str(error)) from error
    known = operations.Known(
        account=account,
        place=queries.home_of(account),
        kind=asked["kind"],
        employer=asked["employer"],
        phone=phone,
        skills=tuple(asked["skills"]),
        is_adult=asked["is_adult"],
        insurance=asked["insurance"],
        insured_until=asked["insured_until"],
    )
    return operations.keep_workers(known=[known], by=request.user, at=timezone.now())


def _may_manage() -> bool:
    return scope.can(MANAGE)
