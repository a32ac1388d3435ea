"""The page for administrators: keys of other programs, and addresses that are told of moves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.doors.models import ApiKey, Hook
from kapok.doors.operations import hooks, keys
from kapok.doors.queries import programs
from kapok.errors import Refused
from kapok.matters.workflow import MOVES


@require_safe
@never_cache
def show(request: SignedInRequest) -> HttpResponse:
    """All of them."""
    return _page(request)


def _page(request: SignedInRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    who = require(Permission.ACCOUNT_MANAGE)
    context = {
        "keys": programs.keys(),
        "hooks": programs.hooks(),
        "uses": ApiKey.Use.choices,
        "moves": [(move.name, move.label) for move in MOVES.values()],
        "place": who.ranges[0][0] if who.ranges else "",
        **more,
    }
    return render(request, "doors/programs.html", context, status=status)


@require_POST
@never_cache
def make_key(request: SignedInRequest) -> HttpResponse:
    """Make a key; it is shown on the answer and nowhere else."""
    given = request.POST
    try:
        made = keys.make_key(
            name=given.get("name", ""),
            uses=given.getlist("uses"),
            place=_code(given.get("place", "")),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, status=422, key_fault=str(refusal), given=given)
    return _page(request, made_key=made)


@require_POST
def revoke_key(request: SignedInRequest, api_key: UUID) -> HttpResponse:
    """End a key."""
    _known(ApiKey, api_key)
    keys.revoke_key(key=api_key, by=request.user.pk, at=timezone.now())
    messages.success(request, _("The key is revoked. Whoever shows it is refused from now on."))
    return redirect("programs")


@require_POST
@never_cache
def make_hook(request: SignedInRequest) -> HttpResponse:
    """Tell an address; the secret that signs is shown on the answer and nowhere else."""
    given = request.POST
    try:
        made = hooks.make_hook(
            name=given.get("name", ""),
            url=given.get("url", ""),
            place=_code(given.get("place", "")),
            moves=given.getlist("moves"),
            by=request.user.pk,
            at=timezone.now(),
        )
    except Refused as refusal:
        return _page(request, status=422, hook_fault=str(refusal), given_hook=given)
    return _page(request, made_hook=made)


@require_POST
def turn_hook(request: SignedInRequest, hook: UUID, *, on: bool) -> HttpResponse:
    """Stop calling an address, or call it again."""
    _known(Hook, hook)
    turn = hooks.resume_hook if on else hooks.stop_hook
    turn(hook=hook, by=request.user.pk, at=timezone.now())
    return redirect("programs")


def _known(model: type[ApiKey] | type[Hook], key: UUID) -> None:
    """What lies in another administrator's area looks like nothing."""
    require(Permission.ACCOUNT_MANAGE)
    get_object_or_404(model, pk=key)


def _code(text: str) -> int:
    """A code of an area, with or without the zeros at its end; 0 where it is none."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and 2 <= len(text) <= 15):
        return 0
    return int(text.ljust(15, "0"))
