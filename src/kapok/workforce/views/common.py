"""What the pages of the workforce share: acting for their purpose, and answers after a change."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kapok.access import operations as access
from kapok.access.models import User
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.access.scope import acting, for_purpose, require
from kapok.errors import NotAllowed, Refused

PURPOSE = "running_the_service"
View = Callable[..., HttpResponse]


def for_service(*permissions: Permission) -> Callable[[View], View]:
    """A page for those who have the permissions; it acts for the purpose of running the service."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inside(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            for permission in permissions:
                require(permission)
            with acting(for_purpose(PURPOSE)):
                return view(request, *args, **kwargs)

        return inside

    return decorate


def sent(request: SignedInRequest) -> QueryDict | None:
    """What was sent, be it nothing; ``None`` while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def tried(form: forms.Form, field: str | None, work: Callable[[], Any]) -> Any:
    """What the work gives, or ``None`` with its refusal beside a field of the form."""
    try:
        return work()
    except (Refused, NotAllowed) as refusal:
        form.add_error(field if field in form.fields else None, str(refusal))
        if field in form.fields:
            form.fields[field].widget.attrs["aria-invalid"] = "true"
        return None


def done(request: SignedInRequest, said: str, name: str, *args: Any) -> HttpResponse:
    """Lead to the page that shows how things stand now."""
    messages.success(request, said)
    return redirect(name, *args)


def account_named(username: str) -> User:
    """The account of this name. Raises :class:`~kapok.errors.Refused` where there is none."""
    found = access.accounts_named([username.strip()])
    if not found:
        raise Refused(
            _("There is no account “%(name)s”. Check its spelling.") % {"name": username.strip()}
        )
    return next(iter(found.values()))


def one_code(codes: list[int]) -> int:
    """The one area of a form. Raises :class:`~kapok.errors.Refused` for none or several."""
    if len(codes) != 1:
        raise Refused(_("Choose one area."))
    return codes[0]
