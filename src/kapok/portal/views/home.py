"""The community's page, the way to it, and how it is shown."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from kapok.doors.queries import where
from kapok.portal import rendering
from kapok.portal.queries import doorways
from kapok.portal.views import pages

KEPT_S = 20  # by browsers and by caches between
LANGUAGES = {"zh": "zh-hans", "en": "en"}
OURS = ("/c/", "/n/")  # what residents read: their homes, and notices behind a link
A_YEAR_S = 365 * 24 * 3600


@login_not_required
@require_safe
def home(request: HttpRequest, door: str) -> HttpResponse:
    """The page that the poster leads to. It is the same for everybody, so it costs nothing."""
    language = get_language() or settings.LANGUAGE_CODE
    asked = rendering.asked(door, language, is_large=pages.is_large(request))
    page = rendering.page(asked, at=timezone.now())
    if page is None:
        return pages.lost(request)
    return as_answer(request, page)


def as_answer(request: HttpRequest, page: rendering.Page) -> HttpResponse:
    """A page as it goes out: compressed where the browser reads that, or as not changed."""
    headers = {
        "ETag": page.etag,
        "Cache-Control": f"public, max-age={KEPT_S}, stale-while-revalidate=60",
        "Vary": "Accept-Encoding, Accept-Language, Cookie",
    }
    if request.headers.get("If-None-Match") == page.etag:
        return HttpResponse(status=304, headers=headers)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(page.gzipped, headers=headers | {"Content-Encoding": "gzip"})
    return HttpResponse(page.body, headers=headers)


@login_not_required
@never_cache
@gzip_page
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """For whoever has no poster before them: by the code on it, or by the community's name."""
    text = request.GET.get("q", "")[:60]
    here = doorways.behind(text) if text.strip() else None
    if here is not None:
        return redirect("portal-home", here.code)
    found = where.communities(text) if text.strip() else where.first_communities()
    codes = doorways.addresses_of([each.code for each in found])
    places = [(each, codes[each.code]) for each in found if each.code in codes]
    context = {"q": text, "places": places}
    return pages.shown(request, "find.html", context)


@login_not_required
@never_cache
@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Another language, or another print. It is a link, since a form would need a page of its own
    for everybody; nothing but how pages look hangs on it.
    """
    target = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    answer = redirect(target if is_ours and target.startswith(OURS) else "portal-find")
    language = LANGUAGES.get(request.GET.get("lang", ""))
    secure = request.is_secure()
    if language:
        answer.set_cookie(
            "django_language", language, A_YEAR_S, httponly=True, samesite="Lax", secure=secure
        )
    size = request.GET.get("print", "")
    if size == pages.LARGE:
        answer.set_cookie(pages.PRINT, size, A_YEAR_S, httponly=True, samesite="Lax", secure=secure)
    elif size:
        answer.delete_cookie(pages.PRINT, samesite="Lax")
    return answer
