"""How often one person may search or ask the API: what a person needs, and no more.

A window of a minute is counted in the cache, in the request's transaction; requests of one person
at the same moment wait for one another, so that each counts. Whoever is over is answered with 429
and when to come back.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kapok.access import views
from kapok.access.residents import RESIDENT

API = "/api/"


@dataclass(frozen=True)
class Limit:
    """At most ``n`` requests of one person in ``per_s`` seconds; with ``method``, only of that."""

    name: str
    n: int
    per_s: int = 60
    method: str = ""


# Pages by the names of their addresses; everything of the API together.
LIMITS = {
    "people": Limit("search people", 60),
    "desk-search": Limit("search places", 120),
    "report-form": Limit("report", 10, 600, "POST"),
    "track": Limit("tracking code", 20, 600, "POST"),
    "shift-calendar": Limit("calendar", 300),  # telephones of a whole office, each now and then
    # A family, a building or half a town may be behind one address: floods are stopped by
    # telephone, and what comes from an address beyond that waits no longer than a minute.
    "portal-help-form": Limit("ask for help", 60, 60, "POST"),
    "portal-track": Limit("tracking code", 20, 600, "POST"),
    "portal-withdraw": Limit("tracking code", 20, 600, "POST"),
    "portal-reopen": Limit("tracking code", 20, 600, "POST"),
    "portal-rate": Limit("tracking code", 20, 600, "POST"),
    "portal-booking-code": Limit("booking code", 20, 600, "POST"),
    "portal-booking-cancel": Limit("booking code", 20, 600, "POST"),
    "portal-phone-code": Limit("phone code", 60, 60, "POST"),  # each code is tried five times
    "portal-book": Limit("book", 60, 600, "POST"),
}
OF_API = Limit("api", 300)
# These count for themselves, by key and by sender.
BY_KEY = ("/api/reports/", "/api/uploads/", "/api/calls/")
SYNC = "/api/sync/"  # hundreds of phones come from one office; each signs what it sends


class RateLimits:
    """Refuses what comes too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: Any,
        view_func: Any,
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Count it where there is a limit."""
        limit = _limit_of(request)
        wait_s = over(limit, who_asks(request)) if limit else 0
        return too_many(request, wait_s=wait_s) if wait_s else None


def over(limit: Limit, who: str) -> int:
    """Count one more; how many seconds to wait where it is too many, else 0."""
    now = time()
    if _counted(limit, who, now) <= limit.n:
        return 0
    return limit.per_s - int(now) % limit.per_s


def _limit_of(request: Any) -> Limit | None:
    if request.path.startswith(BY_KEY) or request.path == SYNC:
        return None
    if request.path.startswith(API):
        return OF_API
    match = request.resolver_match
    limit = LIMITS.get(match.view_name) if match else None
    return limit if limit and limit.method in {"", request.method} else None


def who_asks(request: Any) -> str:
    """The account, the telephone that a resident has proven, or for strangers a hash of where they
    ask from.
    """
    if request.user.is_authenticated:
        return str(request.user.pk)
    if telephone := request.session.get(RESIDENT):
        return str(telephone)
    address = request.META.get("REMOTE_ADDR", "")
    return hashlib.sha256(address.encode()).hexdigest()[:32]


def _counted(limit: Limit, who: str, now: float) -> int:
    """How often it was done in this window, this time included."""
    key = f"rate:{limit.name.replace(' ', '-')}:{who}:{int(now) // limit.per_s}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        if cache.add(key, 1, timeout=2 * limit.per_s):
            return 1
        try:
            return cache.incr(key)
        except ValueError:  # it ran out between the two
            return 1


def too_many(request: HttpRequest, *, wait_s: int) -> HttpResponse:
    """429, with when to come back."""
    answer = views.problem(
        request,
        429,
        title=_("Too many requests"),
        sentence=_("You asked more often than a person needs to."),
        advice=_("Wait %(seconds)s seconds and try again.") % {"seconds": wait_s},
    )
    answer["Retry-After"] = str(wait_s)
    return answer
