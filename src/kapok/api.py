"""The JSON interface: the root for the routers of all apps, and one place for each kind of "no"."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security import django_auth

from kapok.errors import NotAllowed, Refused
from kapok.places.api import router as places

api = NinjaAPI(
    title="Kapok",
    version="1",
    description="Grids, and every service through them. Refusals are problem documents (RFC 9457).",
    auth=django_auth,
    docs_url=None,  # its pages would fetch scripts from elsewhere; docs/reference has the same
)
api.add_router("/places", places)


def problem(status: int, title: str, detail: str, **more: object) -> HttpResponse:
    """An RFC 9457 problem document."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@api.exception_handler(Refused)
def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """What was asked cannot be done as things stand."""
    return problem(409, type(error).__name__, str(error))


@api.exception_handler(NotAllowed)
def not_allowed(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    """The person who asks may not do this here and now."""
    return problem(403, "NotAllowed", str(error))


@api.exception_handler(Http404)
def not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """There is nothing, or nothing that the person who asks may see."""
    return problem(404, "NotFound", _("There is nothing at this address."))


@api.exception_handler(HttpError)
def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Not signed in, or not understood."""
    detail = _("Sign in first.") if error.status_code == HTTPStatus.UNAUTHORIZED else str(error)
    title = HTTPStatus(error.status_code).phrase.title().replace(" ", "")
    return problem(error.status_code, title, detail)


@api.exception_handler(ValidationError)
def not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A field is missing or has the wrong form; each is named with what is wrong."""
    fields = [
        {"field": ".".join(str(part) for part in wrong["loc"]), "detail": wrong["msg"]}
        for wrong in error.errors
    ]
    detail = "; ".join(f"{wrong['field']}: {wrong['detail']}" for wrong in fields)
    return problem(422, "NotValid", detail, errors=fields)
