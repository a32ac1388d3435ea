"""How long somebody waits who failed too often."""

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

APP, ACTION = "allauth.account", "login_failed"
MINUTE_S = 60


def wait_min(request: HttpRequest, *, key: str) -> int:
    """Minutes until a try is let through, for the account and the address; at least 1."""
    now = time.time()
    ends = [_free_at(request, rate, key) for rate in ratelimit.get_rates(app=APP, action=ACTION)]
    return max(1, math.ceil((max(ends, default=now) - now) / MINUTE_S))


def _free_at(request: HttpRequest, rate: ratelimit.Rate, key: str) -> float:
    """When the oldest failure that still counts is forgotten, if so many count; else now."""
    name = ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key)
    failures = sorted(cache.get(name, []), reverse=True)
    now = time.time()
    if len(failures) < rate.amount:
        return now
    return failures[rate.amount - 1] + rate.duration
