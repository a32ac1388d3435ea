"""What holds for every page: sign in first, with a second factor where the role needs one, and a
refusal becomes a page with its sentence.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import ProgrammingError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.request import split_domain_port
from django.middleware.security import SecurityMiddleware
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from kapok.access import residents, views
from kapok.access.models import Appointment, Look
from kapok.access.scope import acting, becoming, held_now, of_account, of_appointment
from kapok.access.second_factor import any_needs_second_factor, has_second_factor, is_let_off
from kapok.access.trace import look
from kapok.box.tls.names import LOCAL_HOSTS
from kapok.errors import NotAllowed, Refused

API = "/api/"
MOST_BYTES = 32 << 20  # of a request: a list of people may have 30 MB
CHOSEN = "appointment"  # key of the session
View = Callable[..., HttpResponseBase]
SET_UP = "mfa_index"
# What somebody may do who must have a second factor and has none: set one up, or leave.
WHILE_SETTING_UP = frozenset(
    {
        SET_UP,
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_set_password",
        "sign-out",
        "account_logout",
        "set_language",
        "theme",
        "health",
    }
)


class NotTooLarge:
    """Refuses what is larger than any form of Kapok, before a byte of it is kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Look at the size that is announced; without one Django reads nothing."""
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) <= MOST_BYTES:
            return None
        return views.too_large(request, most_mb=MOST_BYTES >> 20)


class Security(SecurityMiddleware):
    """Django's headers; browsers are told to stay with HTTPS, but not at the machine's own name.

    They would take it to mean every port, and other programs on it speak HTTP.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Add the headers that fit."""
        answer = super().process_response(request, response)
        if split_domain_port(request.META.get("HTTP_HOST", ""))[0] in LOCAL_HOSTS:
            answer.headers.pop("Strict-Transport-Security", None)
        return answer


class SignInFirst(LoginRequiredMiddleware):
    """Every view needs somebody signed in, unless it says ``login_not_required``."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Lead strangers to the sign-in page, in the way that the asker understands."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None:
            return None
        return _led_to(request, answer, 401, "NotSignedIn", _("Sign in first."))


class SecondFactorFirst:
    """Somebody whose role needs a second factor sets one up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: Any,
        view_func: View,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Lead them to the page that sets one up, in the way that the asker understands."""
        match = request.resolver_match
        if match is None or match.view_name in WHILE_SETTING_UP:
            return None
        if is_let_off(request.user) or not any_needs_second_factor(request.appointments):
            return None
        if has_second_factor(request.user):
            return None
        sentence = _(
            "Your role needs a second factor to sign in. Set one up on your account page first."
        )
        return _led_to(request, redirect(SET_UP), 403, "SecondFactorNeeded", sentence)


class Residents:
    """Says whose telephone a resident has proven: ``request.resident_phone_index``, or ``None``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the attribute and pass the request on."""
        request.resident_phone_index = residents.proven(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class ActAs:
    """Every request of somebody who signed in acts through one of their appointments.

    The transaction ends after the page is rendered; what raised leaves nothing behind.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Act as what was chosen last, or as the first appointment held."""
        request.appointments, request.appointment = [], None
        if not request.user.is_authenticated:
            return self.get_response(request)
        at = timezone.now()
        who = of_account(request.user.pk, at=at)
        with acting(who):
            request.appointments = held_now(request.user, at=at)
            request.appointment = _chosen(request)
            if request.appointment is not None:
                who = of_appointment(request.appointment, at=at)
            with becoming(who):
                answer = self.get_response(request)
            if getattr(request, "failed", False):
                transaction.set_rollback(True)
        if getattr(request, "not_allowed", False):
            with acting(who):  # what was undone leaves this in the trace
                look(Look.Action.REFUSED, ())
        return answer


def _chosen(request: Any) -> Appointment | None:
    """The appointment that the session names, where it is still held; else the first."""
    wanted = request.session.get(CHOSEN)
    held = {str(appointment.pk): appointment for appointment in request.appointments}
    return held.get(wanted) or next(iter(held.values()), None)


class RefusalPages:
    """Shows the refusals that no view has placed beside a field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """A page for the two kinds of "no"; anything else is a bug and goes its way."""
        request.failed = True
        if isinstance(error, Refused):
            return views.refused(request, error)
        if isinstance(error, NotAllowed):
            request.not_allowed = True
            return views.not_allowed(request, error)
        if isinstance(error, ProgrammingError) and "row-level security" in str(error):
            request.not_allowed = True
            return views.not_allowed(request)  # the database had the last word
        return None


def _led_to(
    request: HttpRequest, page: Any, status: int, title: str, sentence: str
) -> HttpResponseBase:
    """To a page for people, by htmx for the whole page; programs get a problem document."""
    if request.path.startswith(API):
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": page["Location"]})
    return page
