"""One's own account: what it is, its second factors, and where it is signed in."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kapok.access import operations, queries
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import can


@require_safe
@never_cache
def account(request: SignedInRequest) -> HttpResponse:
    """The account page."""
    card = queries.account(
        request.user, session_key=request.session.session_key or "", at=timezone.now()
    )
    context = {"account": card, "may_see_outbox": can(Permission.ACCOUNT_MANAGE)}
    return render(request, "access/account.html", context)


@require_safe
@never_cache
def second_factors(request: SignedInRequest) -> HttpResponse:
    """The second factors: what there is, and setting one up. Who must have one begins here."""
    card = queries.factors(request.user, at=timezone.now())
    return render(request, "mfa/index.html", {"factors": card})


@require_POST
def end_session(request: SignedInRequest, session_id: int) -> HttpResponse:
    """Sign out in one browser; in this one it is the same as signing out."""
    operations.end_session(account=request.user, session_id=session_id)
    return redirect("account")


@require_POST
def end_other_sessions(request: SignedInRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    operations.end_sessions(account=request.user, keep=request.session.session_key or "")
    return redirect("account")
