"""What holds for every page: sign in first, and a refusal becomes a page with its sentence."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from kapok.access import views
from kapok.errors import NotAllowed, Refused

API = "/api/"


class SignInFirst(LoginRequiredMiddleware):
    """Every view needs somebody signed in, unless it says ``login_not_required``."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Lead strangers to the sign-in page, in the way that the asker understands."""
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None:
            return None
        if request.path.startswith(API):
            body = {"type": "about:blank", "title": "NotSignedIn", "status": 401}
            body["detail"] = _("Sign in first.")
            return JsonResponse(body, status=401, content_type="application/problem+json")
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": answer["Location"]})
        return answer


class RefusalPages:
    """Shows the refusals that no view has placed beside a field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A page for the two kinds of "no"; anything else is a bug and goes its way."""
        if isinstance(error, Refused):
            return views.refused(request, error)
        if isinstance(error, NotAllowed):
            return views.not_allowed(request, error)
        return None
