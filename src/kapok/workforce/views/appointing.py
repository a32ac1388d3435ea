"""Appointing, ending, prolonging and handing over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access import operations as access
from kapok.access.models import User
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.workforce import forms, operations, posters, queries
from kapok.workforce.queries.lists import after_day, midnight
from kapok.workforce.queries.staffing import GridStaff
from kapok.workforce.views.common import account_named, done, for_service, sent, tried

GIVE = Permission.APPOINTMENT_GIVE
YEAR = timedelta(days=365)
Work = Callable[[SignedInRequest, UUID, Any], str]
TREE_AT_MOST = 1500  # grids; above that codes are typed


@dataclass(frozen=True)
class Branch:
    """A community of the tree with its grids."""

    code: int
    name: str
    grids: tuple[GridStaff, ...]
    n_vacant: int
    is_open: bool


@require_http_methods(["GET", "POST"])
@for_service(GIVE)
def appoint(request: SignedInRequest) -> HttpResponse:
    """Make somebody grid worker of these grids from Monday, with an end date."""
    today = timezone.localdate()
    start = forms.next_monday(today)
    first = {
        "role": request.GET.get("role", "grid_worker"),
        "who": request.GET.get("who", ""),
        "starts": start,
        "ends": start + YEAR - timedelta(days=1),
        "is_deputy": request.GET.get("deputy") == "1",
    }
    form = forms.Appoint(sent(request), initial=first)
    ticked = _ticked(request)
    if request.method == "POST" and form.is_valid():
        made = tried(form, "who", lambda: _appoint(request, form, ticked))
        if made is not None:
            return _said(request, made)
    context = {
        "form": form,
        "tree": _tree(ticked),
        "ticked": ticked,
        "people": queries.known_people(at=timezone.now()),
    }
    status = 422 if form.errors else 200
    return render(request, "workforce/appoint.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_service(GIVE)
def appointment(request: SignedInRequest, appointment_id: UUID) -> HttpResponse:
    """One appointment, and what can be done with it: end it, move its end, hand it over."""
    at = timezone.now()
    line = next(iter(queries.lines_of([appointment_id], at=at)), None)
    if line is None:
        raise Http404
    today = timezone.localdate()
    asked = request.POST.get("do", "")
    chosen = request.POST if request.method == "POST" else None
    first = timezone.localtime(line.ends_at).date() if line.ends_at else forms.next_monday(today)
    all_forms = {
        "end": forms.End(chosen if asked == "end" else None, initial={"last": today}),
        "change": forms.ChangeEnd(
            chosen if asked == "change" else None,
            initial={"ends": last_day(line.ends_at)},
        ),
        "hand_over": forms.HandOver(
            chosen if asked == "hand_over" else None,
            initial={"first": first, "ends": first + YEAR},
        ),
    }
    form = all_forms.get(asked)
    if form is not None and form.is_valid():
        field = {"end": "last", "change": "ends", "hand_over": "to"}[asked]
        work = WORKS[asked]
        said = tried(form, field, partial(work, request, appointment_id, form))
        if said is not None:
            return done(request, said, "staff-person", line.account)
    context = {
        "line": line,
        "lines": [line],
        "forms": all_forms,
        "people": queries.known_people(at=at),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "workforce/appointment.html", context, status=status)


def last_day(ends_at: datetime | None) -> date | None:
    """The last day of a period that ends at a moment, which it does not include."""
    return timezone.localtime(ends_at - timedelta(seconds=1)).date() if ends_at else None


@transaction.atomic
def _appoint(request: SignedInRequest, form: forms.Appoint, ticked: list[int]) -> tuple[User, str]:
    """Whom it made to what, and the set-up link of a new account; refused, there is none."""
    asked, at = form.cleaned_data, timezone.now()
    found = access.accounts_named([asked["who"].strip()])
    link = ""
    if found:
        user = next(iter(found.values()))
    elif asked["name"].strip():
        wanted = access.NewAccount(asked["who"].strip(), asked["name"].strip())
        [user] = access.make_accounts(wanted=[wanted])
        link = access.set_up_path(user)
    else:
        raise Refused(
            _("There is no account “%(name)s”. Write a name beside it to make a new one.")
            % {"name": asked["who"].strip()}
        )
    operations.appoint_people(
        accounts=[user.pk],
        role=asked["role"],
        codes=[*ticked, *(code for code in asked["codes"] if code not in ticked)],
        starts_at=midnight(asked["starts"]),
        ends_at=after_day(asked["ends"]),
        is_deputy=asked["is_deputy"],
        reason=asked["reason"],
        by=request.user,
        at=at,
    )
    return user, link


def _said(request: SignedInRequest, made: tuple[User, str]) -> HttpResponse:
    user, link = made
    if not link:
        return done(request, _("%(name)s is appointed.") % {"name": user}, "staff-person", user.pk)
    handed = [operations.Handed(str(user), user.username, "", link)]
    return handed_out(request, handed)


def handed_out(request: SignedInRequest, handed: list[operations.Handed]) -> HttpResponse:
    """The sheet of set-up links: shown once, kept nowhere."""
    context = {
        "handed": [_slip(request, one) for one in handed],
        "day": timezone.localdate(),
    }
    answer = render(request, "workforce/handed_out.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _slip(request: SignedInRequest, one: operations.Handed) -> tuple[operations.Handed, str, str]:
    """What one holder is handed: the address, and the same as a QR code."""
    address = request.build_absolute_uri(one.path)
    return one, address, mark_safe(posters.drawn(address))  # our own address


def _end(request: SignedInRequest, key: UUID, form: forms.End) -> str:
    asked, now = form.cleaned_data, timezone.now()
    ends_at = after_day(asked["last"])
    assert ends_at is not None  # the form asks for the day
    access.end_appointments(
        appointment_ids=[key],
        ends_at=ends_at,
        reason=asked["reason"],
        by=request.user,
        at=now,
    )
    return _("The appointment ends on %(day)s.") % {"day": asked["last"]}


def _change(request: SignedInRequest, key: UUID, form: forms.ChangeEnd) -> str:
    ends = form.cleaned_data["ends"]
    access.change_end(
        appointment_ids=[key], ends_at=after_day(ends), by=request.user, at=timezone.now()
    )
    return _("The last day is changed.")


def _hand_over(request: SignedInRequest, key: UUID, form: forms.HandOver) -> str:
    asked = form.cleaned_data
    to = account_named(asked["to"])
    access.hand_over(
        appointment_ids=[key],
        to=to.pk,
        moment=midnight(asked["first"]),
        ends_at=after_day(asked["ends"]),
        by=request.user,
        at=timezone.now(),
    )
    return _("Handed over to %(name)s from %(day)s.") % {"name": to, "day": asked["first"]}


WORKS: dict[str, Work] = {"end": _end, "change": _change, "hand_over": _hand_over}


def _ticked(request: SignedInRequest) -> list[int]:
    """Codes ticked in the tree, or asked for in the address."""
    source = request.POST if request.method == "POST" else request.GET
    texts = source.getlist("area")
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) == 15]


def _tree(ticked: list[int]) -> list[Branch]:
    grids = queries.staffing(at=timezone.now()).grids
    if len(grids) > TREE_AT_MOST:
        return []
    return [
        Branch(
            code=community,
            name=inside[0].community_name,
            grids=tuple(inside),
            n_vacant=sum(not grid.workers for grid in inside),
            is_open=any(grid.code in ticked for grid in inside) or community in ticked,
        )
        for community, inside in (
            (code, list(group)) for code, group in groupby(grids, key=lambda grid: grid.community)
        )
    ]
