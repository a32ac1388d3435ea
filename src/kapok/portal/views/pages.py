"""What all pages of the online home share: where one stands, whose telephone, how it is printed."""

import base64
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from kapok.access import secrets
from kapok.access.residents import proven
from kapok.doors.views import given
from kapok.errors import Refused
from kapok.portal import standing
from kapok.portal.operations import mandates
from kapok.portal.operations.mandates import ActingFor
from kapok.portal.queries.doorways import Here

PRINT, LARGE = "kapok_print", "large"  # a cookie: nothing about anybody
NUMBER = "portal_phone"  # key of the session: the number that was proven, encrypted
ASKED = "portal_phone_asked"  # the one that a code was sent to, which opens nothing yet
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Here, P], HttpResponseBase]


def is_large(request: HttpRequest) -> bool:
    """Whether this browser asked for large print."""
    return request.COOKIES.get(PRINT) == LARGE


def shown(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page, without what pages of the desk carry."""
    whole = {
        "csrf_token": get_token(request),
        "is_large": is_large(request),
        "path": _again(request),
        "has_phone": proven(request) is not None,
    } | context
    return HttpResponse(render_to_string(f"portal/{template}", whole), status=status)


def _again(request: HttpRequest) -> str:
    """Where the same page is asked for in another language or print, for the same household."""
    if request.method != "POST":
        return request.get_full_path()
    said = request.POST.get("for") or request.GET.get("for", "")
    return f"{request.path}?{urlencode({'for': said})}" if said else request.path


def lost(request: HttpRequest) -> HttpResponse:
    """The page of a short address that leads nowhere."""
    return shown(request, "lost.html", {}, status=404)


def at_door(view: View[P]) -> Callable[..., HttpResponseBase]:
    """A page of a community: ``door`` is its short code. Nobody needs an account."""

    @login_not_required
    @never_cache
    @gzip_page  # with padding, so that its length tells nothing of what is in it
    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        here = standing.behind(str(kwargs.pop("door")), at=timezone.now())
        return lost(request) if here is None else view(request, here, *args, **kwargs)

    return wrapped


def with_phone(view: View[P]) -> View[P]:
    """A page for whoever has proven a telephone here; others are led to do so."""

    @wraps(view)
    def wrapped(
        request: HttpRequest, here: Here, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if proven(request) is not None and request.session.get(NUMBER):
            return view(request, here, *args, **kwargs)
        target = reverse("portal-phone", args=[here.code])
        return redirect(f"{target}?{urlencode({'next': request.get_full_path()})}")

    return wrapped


def remember_number(request: HttpRequest, number: str, *, under: str = NUMBER) -> None:
    """Keep a number, sealed, for the length of the session."""
    sealed = secrets.encrypt(number, about="phone")
    request.session[under] = base64.b64encode(sealed).decode()


def number_of(request: HttpRequest, *, under: str = NUMBER) -> str:
    """A number that was kept; empty where there is none."""
    kept = request.session.get(under)
    return secrets.decrypt(base64.b64decode(kept), about="phone") if kept else ""


def acting_for(request: HttpRequest, here: Here, use: str) -> ActingFor | None:
    """For whose household this is done, where it is another's. Raises ``Refused``."""
    said = request.POST.get("for") or request.GET.get("for", "")
    if not said:
        return None
    phone = proven(request)
    [mandate] = given.uuids([said]) or [UUID(int=0)]
    if phone is None:
        raise Refused(_("Prove your telephone first, then act for the household."))
    return mandates.in_use(mandate=mandate, phone=phone, use=use, here=here, at=timezone.now())


def refused(request: HttpRequest, here: Here, refusal: Refused) -> HttpResponse:
    """A page with the sentence, and the way back."""
    return shown(request, "refused.html", {"here": here, "sentence": str(refusal)}, status=409)
