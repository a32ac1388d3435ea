"""Signing in, the look of the pages, and the pages that say what went wrong."""

from typing import Any

from allauth.account.views import LoginView
from allauth.socialaccount.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kapok.access.models import User
from kapok.access.preferences import ONE_YEAR_S, THEME_COOKIE, THEMES
from kapok.access.requests import SignedInRequest
from kapok.errors import NotAllowed


class SignIn(LoginView):
    """The sign-in page. It names the demo accounts, where there are any."""

    template_name = "account/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, the demo accounts, and the other service through which one may sign in."""
        context = super().get_context_data(**kwargs)
        context["services"] = get_adapter().list_providers(self.request)
        context["demo_accounts"] = list(
            User.objects.filter(is_demo=True, is_active=True).order_by("username")
        )
        return context

    def form_invalid(self, form: Form) -> HttpResponse:
        """The page again, with the refusal beside the fields."""
        answer = super().form_invalid(form)
        answer.status_code = 422
        return answer


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keep light or dark for a year; anything else follows the system again."""
    answer = redirect(_here(request))
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        answer.set_cookie(
            THEME_COOKIE,
            chosen,
            ONE_YEAR_S,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(THEME_COOKIE)
    return answer


def _here(request: HttpRequest) -> str:
    """The page of ours that a form was sent from, or the start page."""
    here = request.POST.get("next", "/")
    if url_has_allowed_host_and_scheme(here, {request.get_host()}, request.is_secure()):
        return here
    return "/"


@require_POST
def act_as(request: SignedInRequest) -> HttpResponse:
    """Go on acting through another of one's own appointments."""
    wanted = request.POST.get("appointment", "")
    if wanted not in {str(held.pk) for held in request.appointments}:
        raise NotAllowed(_("You do not hold this appointment now. Choose another one."))
    request.session["appointment"] = wanted
    request.session.pop("purpose", None)
    return redirect(_here(request))


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def problem(
    request: HttpRequest, status: int, *, title: str, sentence: str, advice: str
) -> HttpResponse:
    """Say what went wrong and what to do: a page, the message alone for htmx, JSON for the API."""
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    context = {"status": status, "title": title, "sentence": sentence, "advice": advice}
    alone = getattr(request, "htmx", False)
    template = "errors/_problem.html" if alone else "errors/page.html"
    return render(request, template, context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return problem(
        request,
        400,
        title=_("Kapok does not understand this request"),
        sentence=_("Something in the address or the form has a shape that Kapok does not expect."),
        advice=_("Go back, load the page anew and try again."),
    )


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return problem(
        request,
        403,
        title=_("You may not do this here"),
        sentence=str(exception or "") or _("Your account does not have the right to do this."),
        advice=_("Sign in with another account, or ask the lead of your community."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return problem(
        request,
        404,
        title=_("There is nothing at this address"),
        sentence=_("The place, proposal or page does not exist, or no longer."),
        advice=_("Check the address, or look for the place by name on the grid desk."),
    )


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """409: what was asked cannot be done as things stand."""
    return problem(
        request,
        409,
        title=_("This cannot be done as things stand"),
        sentence=str(exception),
        advice=_("Nothing was changed. Go back and look at how things stand now."),
    )


def too_large(request: HttpRequest, *, most_mb: int) -> HttpResponse:
    """413: more than any form of Kapok holds."""
    return problem(
        request,
        413,
        title=_("This is too large"),
        sentence=_("Kapok takes forms and files of at most %(most)s MB.") % {"most": most_mb},
        advice=_("Divide the file, or take out its pictures, and send it again."),
    )


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    """429: more tries from one address than people make."""
    return problem(
        request,
        429,
        title=_("Too many tries from this address"),
        sentence=_("So many forms came from your address within a minute that Kapok takes a rest."),
        advice=_("Wait a minute, then try again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500. The page needs no database."""
    return problem(
        request,
        500,
        title=_("Kapok made a mistake"),
        sentence=_("This is a fault in Kapok, not yours. It is written in the log of the server."),
        advice=_("Try again in a minute. If it happens again, tell whoever looks after Kapok."),
    )


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 when a form came without the token that shows that this page made it."""
    return problem(
        request,
        403,
        title=_("The form was too old, or came from elsewhere"),
        sentence=_("For safety Kapok takes forms only from its own, fresh pages."),
        advice=_("Go back, load the page anew and send the form again. Cookies must be allowed."),
    )
