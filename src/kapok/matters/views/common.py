"""What the pages of the desk share: who may see them, where they lead, answers to commands."""

import hashlib
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.ids import uuid7
from kapok.matters.engine.facts import Answer, Status
from kapok.people.views import page as people_page

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]
PURPOSE = "matter_handling"
CLOCK_BYTES = 8  # of a UUIDv7: its moment and its version stand in the first eight
MOST_SAID = 5


def for_desk(*permissions: Permission, words: bool = False) -> Callable[[View[P]], View[P]]:
    """A page for who has one of the permissions; with ``words`` it acts for handling matters."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            who = scope.current()
            if not any(who.can(permission) for permission in permissions):
                scope.require(permissions[0])
            if not words:
                return view(request, *args, **kwargs)
            with scope.acting(scope.for_purpose(PURPOSE)):
                return view(request, *args, **kwargs)

        return wrapped

    return wrap


def show(
    request: SignedInRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    words: bool = False,
) -> HttpResponse:
    """A page of the desk, kept by nobody; with ``words`` it is marked with who looks."""
    who = scope.current()
    values: dict[str, Any] = {
        "may": {str(each).replace(":", "_"): who.can(each) for each in Permission},
        "here": request.get_full_path(),
        "fresh": uuid7(),
        "server_now": timezone.now(),
        "map_code": who.ranges[0][0] if who.ranges else 0,
    }
    if words:
        values["watermark"] = people_page.watermark(request)
    return people_page.private(render(request, template, values | context, status=status))


def next_of(request: HttpRequest, usual: str) -> str:
    """Where the sender wants to go on, if that is here."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return usual


def key_of(said: str) -> UUID:
    """The identifier that a form was made with, so that sent twice it is carried out once."""
    try:
        return UUID(said)
    except ValueError:
        return uuid7()


def of_batch(batch: UUID, matter: UUID) -> UUID:
    """The identifier of one matter's command in a set: the same set sent again has the same."""
    own = bytearray(hashlib.sha256(batch.bytes + matter.bytes).digest()[:CLOCK_BYTES])
    own[0] = 0x80 | (own[0] & 0x3F)  # the variant of RFC 9562
    return UUID(bytes=batch.bytes[:CLOCK_BYTES] + bytes(own))


def tell(request: HttpRequest, answers: Sequence[Answer]) -> None:
    """Say what became of a set of commands: how many were done, and why others were not."""
    n = sum(answer.status == Status.TAKEN for answer in answers)
    if n:
        said = _("Done.") if len(answers) == 1 else _("Done: %(n)s of %(all)s.")
        messages.success(request, said % {"n": n, "all": len(answers)})
    refused = [answer for answer in answers if answer.status != Status.TAKEN]
    for answer in refused[:MOST_SAID]:
        number = _("No. %(number)s") % {"number": answer.number} if answer.number else ""
        messages.error(request, f"{number}: {answer.sentence}" if number else answer.sentence)
    if len(refused) > MOST_SAID:
        more = _("%(n)s more were not done.") % {"n": len(refused) - MOST_SAID}
        messages.error(request, more)
