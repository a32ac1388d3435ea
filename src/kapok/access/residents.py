"""The session of a resident: no account, only a telephone that was proven with a one-time code.

It lies beside sessions of accounts and never together with one: either beginning ends the other.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from time import time
from typing import Concatenate, ParamSpec

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

RESIDENT = "resident_phone_index"
GOES_ON = "resident_goes_on"  # the moment, in seconds, from which the session's time counts
HOME = "/own/"
GOOD_FOR = timedelta(minutes=30)  # without a click
WRITTEN_S = 240  # its time is written down no oftener, so that a page costs no write


def begin(request: HttpRequest, phone_index: bytes) -> None:
    """Begin a resident's session under a new key; whoever was signed in here is signed out."""
    logout(request)
    request.session.cycle_key()
    request.session[RESIDENT] = phone_index.hex()
    request.session.set_expiry(GOOD_FOR)


def proven(request: HttpRequest) -> bytes | None:
    """The blind index of the telephone that this browser has proven; its session goes on."""
    kept = request.session.get(RESIDENT)
    if kept is None:
        return None
    now = int(time())
    if not 0 <= now - request.session.get(GOES_ON, 0) < WRITTEN_S:
        request.session[GOES_ON] = now
    return bytes.fromhex(kept)


def end(request: HttpRequest) -> None:
    """End a resident's session."""
    if RESIDENT in request.session:
        request.session.flush()


def forget(request: HttpRequest) -> None:
    """End the resident's part of the session."""
    request.session.pop(RESIDENT, None)
    request.session.pop(GOES_ON, None)


def resident_first(view: View[P]) -> View[P]:
    """For the pages of residents: whoever has proven no telephone is led to do so."""

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if proven(request) is not None:
            return view(request, *args, **kwargs)
        path = redirect("resident-sign-in")["Location"]
        target = f"{path}?{urlencode({'next': request.get_full_path()})}"
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": target})
        return redirect(target)

    return wrapped
