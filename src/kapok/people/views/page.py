"""What all pages about people share: a purpose first, nothing kept by browsers, a watermark."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from kapok.access import scope
from kapok.access.purposes import PURPOSES, Purpose, of_role
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.people.queries.glass import n_unjudged

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]
PURPOSE = "purpose"  # key of the session
MARKS = range(60)


@dataclass(frozen=True)
class Watermark:
    """Who looks, printed over what they see."""

    text: str
    marks: range = MARKS


def for_people(permission: Permission) -> Callable[[View[P]], View[P]]:
    """A view of personal data: needs a permission, then a purpose, and acts for it."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapped(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            who = scope.require(permission)
            purpose = chosen_purpose(request, who.role)
            if not purpose:
                here = urlencode({"next": request.get_full_path()})
                return redirect(f"{reverse('people-purpose')}?{here}")
            with scope.acting(scope.for_purpose(purpose)):
                return view(request, *args, **kwargs)

        return wrapped

    return wrap


def chosen_purpose(request: SignedInRequest, role: str) -> str:
    """The purpose of the session, where the role has it; else none."""
    wanted = request.session.get(PURPOSE, "")
    return wanted if wanted in of_role(role) and scope.is_justified(wanted) else ""


def open_purposes(role: str) -> dict[str, Purpose]:
    """The purposes of a role for which people may be looked at now."""
    return {code: each for code, each in of_role(role).items() if scope.is_justified(code)}


def show(
    request: SignedInRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page with personal data: marked with who looks, and kept by nobody."""
    who = scope.current()
    values = {
        "watermark": watermark(request),
        "purpose": PURPOSES.get(who.purpose),
        "purpose_code": who.purpose,
        "purposes": open_purposes(who.role),
        "may": {str(each).replace(":", "_"): who.can(each) for each in Permission},
        "n_glass": n_unjudged(request.user.pk),
    }
    answer = render(request, template, values | context, status=status)
    return private(answer)


def private(answer: HttpResponse) -> HttpResponse:
    """Neither the browser nor anything between keeps this answer."""
    answer["Cache-Control"] = "no-store, private"
    return answer


def watermark(request: SignedInRequest) -> Watermark:
    """Name, account and minute of whoever looks."""
    at = timezone.localtime()
    names = dict.fromkeys([str(request.user), request.user.username])
    return Watermark(f"{' '.join(names)} {at:%Y-%m-%d %H:%M}")
