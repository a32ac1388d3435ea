"""The page of the phone app, its service worker, its manifest, and its words.

All but the token are the same for everybody and hold nothing personal: a phone keeps them.
"""

import json

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kapok.phone import shell
from kapok.phone.words import LANGUAGES, words

SIZES = (192, 512)


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The one page. It says nothing by itself: the app draws what this phone may show."""
    answer = render(request, "phone/page.html")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of files that this version of the app is made of."""
    files = shell.kept(render_to_string("phone/page.html").encode())
    known = {
        "kept": [{"url": each.url, "revision": each.revision} for each in files],
        "map": shell.map_revision(),
    }
    lines = [
        f"self.KAPOK = {json.dumps(known)};",
        f"importScripts({', '.join(json.dumps(name) for name in shell.worker_scripts())});",
        f"importScripts({', '.join(json.dumps(static(name)) for name in shell.WORKER_OWN)});",
    ]
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    answer["Service-Worker-Allowed"] = "/my/"
    return answer


@login_not_required
@require_safe
def worker_of(request: HttpRequest, worker: str) -> HttpResponse:
    """The script of a worker beside the page, at an address that is kept for offline."""
    if worker not in shell.WORKERS:
        raise Http404
    answer = HttpResponse(shell.worker_of(worker), content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a phone needs to put the app among its own."""
    icons = [
        {"src": static(f"phone/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in SIZES
    ]
    whole = {"src": static("phone/icon-whole.png"), "sizes": "512x512", "type": "image/png"}
    return JsonResponse(
        {
            "id": "/my/",
            "name": _("Kapok: my work"),
            "short_name": _("Kapok"),
            "start_url": "/my/",
            "scope": "/my/",
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#ffffff",
            "theme_color": "#b3261e",
            "icons": [*icons, whole | {"purpose": "maskable"}],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_safe
def words_of(request: HttpRequest, language: str) -> JsonResponse:
    """The sentences of the app in a language, and the table of moves in its words."""
    if language not in LANGUAGES:
        raise Http404
    answer = JsonResponse(words(language), json_dumps_params={"ensure_ascii": False})
    answer["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
@never_cache
def token(request: HttpRequest) -> JsonResponse:
    """Against forged requests: what the app sends along with whatever it posts, and whose it is."""
    if not request.user.is_authenticated:
        return JsonResponse({"title": "NotSignedIn", "detail": _("Sign in first.")}, status=401)
    now = timezone.now().isoformat()
    return JsonResponse({"token": get_token(request), "account": str(request.user.pk), "now": now})
