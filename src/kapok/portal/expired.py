"""A form without a token that holds: residents read it on a light page, and lose nothing.

What was typed goes back with a fresh token only where the browser says that a page of ours sent it:
else another site could have us offer a form that it filled in.
"""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE, get_token
from django.utils.translation import gettext as _

from kapok.access import views
from kapok.hotline import typed as calls
from kapok.portal import rush
from kapok.portal.rush import Typed

RESIDENTS = ("/c/", "/report/", "/n/")
TOKEN = "csrfmiddlewaretoken"
ONLY_OLD = "CSRF token"  # so begin the reasons that are about the token alone
OURS = {"", "same-origin"}  # older browsers do not say it; theirs is checked by its origin alone


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, for residents with what they typed and a button that sends it again.

    Forms of a call of the hotline go back to its page, with what was typed in them.
    """
    if calls.is_form(request) and _is_ours(request, reason):
        return calls.again(request)
    if not request.path.startswith(RESIDENTS):
        return views.csrf_failure(request, reason)
    if not _is_ours(request, reason):
        kept = Typed(is_lost=True)
        sentence = _("For safety Kapok takes forms only from its own, fresh pages.")
    else:
        kept = _renewed(request)
        sentence = _(
            "This page had stood open for long, or its cookies were deleted, so nothing was sent "
            "yet. Press “Send again”. Cookies must be allowed for that."
        )
    return rush.page(request, _("Not sent yet"), sentence, 403, kept=kept)


def _is_ours(request: HttpRequest, reason: str) -> bool:
    is_old = reason == REASON_NO_CSRF_COOKIE or reason.startswith(ONLY_OLD)
    return is_old and request.headers.get("Sec-Fetch-Site", "") in OURS


def _renewed(request: HttpRequest) -> Typed:
    """What was typed, with a token that holds."""
    given = rush.typed(request)
    fields = tuple(each for each in given.fields if each[0] != TOKEN)
    return Typed((*fields, (TOKEN, get_token(request))), given.files, given.is_lost)
