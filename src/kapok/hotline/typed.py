"""What was typed into a form of a call when the session had ended: it is there after signing in.

Notes are saved as they are typed. The other forms of a call (danger, wrap-up, who it is) are sent
when they are filled in; of whoever was signed out in between, or signed in again in another window,
the form is kept in the session of their browser, encrypted, until it is sent. It is shown on the
page of that call, to whoever has it.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from kapok.access import rates, secrets
from kapok.hotline.models import Call
from kapok.hotline.queries.calls import Stand
from kapok.hotline.workflow import ENDED

# Each form, and who has it on their page while the call is open or, to add a note, closed.
FORMS = {
    "call-screen": {Stand.HOLDER},
    "call-close": {Stand.HOLDER},
    "call-who": {Stand.HOLDER},
    "call-told": {Stand.HELPER},
    "call-hand-on": {Stand.LEAD},
    "call-close-for": {Stand.LEAD},
    "call-add": {Stand.HOLDER, Stand.LEAD},
}
AFTERWARDS = "call-add"
KEY = "hotline-typed"  # of the session: call, form, fields
ABOUT = "call"
NOT_TYPED = ("csrfmiddlewaretoken", "household")
MOST = 10_000
KEEPINGS = rates.Limit("forms kept", 30, 600)


class KeepsTyped:
    """Middleware before the one that leads to the sign-in page: what was sent is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Lead whoever is signed out back to the page of the call, which can be read."""
        if request.user.is_authenticated or not is_form(request):
            return None
        keep(request)
        return redirect_to_login(_page(request))


def is_form(request: HttpRequest) -> bool:
    """Whether a form of a call was sent."""
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name in FORMS


def again(request: HttpRequest) -> HttpResponse:
    """To the page of the call, with what was sent in it: its token was of an earlier session."""
    keep(request)
    return redirect(_page(request))


def keep(request: HttpRequest) -> None:
    """Keep what was typed, the last form that was sent; neither too much nor too often."""
    match = request.resolver_match
    fields = {name: said for name, said in request.POST.lists() if name not in NOT_TYPED}
    text = json.dumps(fields, ensure_ascii=False)
    if match is None or not any(any(said) for said in fields.values()) or len(text) > MOST:
        return
    if rates.over(KEEPINGS, rates.who_asks(request)):
        return
    sealed = base64.b64encode(secrets.encrypt(text, about=ABOUT)).decode()
    request.session[KEY] = [str(match.kwargs["phone_call"]), match.view_name, sealed]


def of(request: HttpRequest, call: Call, stand: Stand) -> QueryDict | None:
    """What was typed and not taken yet of a call, for whoever has that form now."""
    whose, form, sealed = request.session.get(KEY) or ("", "", "")
    is_there = (form == AFTERWARDS) == (call.state in ENDED)
    if whose != str(call.pk) or not is_there or stand not in FORMS.get(form, ()):
        return None
    found = QueryDict(mutable=True)
    for name, said in json.loads(secrets.decrypt(base64.b64decode(sealed), about=ABOUT)).items():
        found.setlist(name, said)
    return found


def taken(request: HttpRequest) -> None:
    """A form was taken: it is kept no longer."""
    whose, form, _sealed = request.session.get(KEY) or ("", "", "")
    match = request.resolver_match
    sent = (str(match.kwargs.get("phone_call")), match.view_name) if match else ()
    if sent == (whose, form):
        del request.session[KEY]


def _page(request: HttpRequest) -> str:
    assert request.resolver_match is not None  # asked for by is_form
    return reverse("call", args=[request.resolver_match.kwargs["phone_call"]])
