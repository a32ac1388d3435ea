"""Who sends a request to a door, told by session, key, device, or by nothing at all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from kapok.access.scope import Acting
from kapok.doors.entrances import PORTAL, Entrance
from kapok.doors.models import ApiKey
from kapok.doors.operations import keys

Finder = Callable[[HttpRequest], Acting | None]
FINDERS: list[
    Finder
] = []  # of apps above this one: such as telephones by the signature of a device
BEARER = "bearer "


@dataclass(frozen=True)
class Sender:
    """Who sends.

    Attributes
    ----------
    acting
        As what they act; ``None``: as what the request acts already, by its session.
    is_stranger
        Nobody is known: they show a token for what they sent before.
    """

    acting: Acting | None
    is_stranger: bool = False


def sender(request: Any) -> Sender | None:
    """Who sends; ``None`` where a key was shown that opens nothing."""
    for find in FINDERS:
        found = find(request)
        if found is not None:
            return Sender(found)
    if request.headers.get("Authorization"):
        entrance = by_key(request, ApiKey.Use.REPORT)
        return None if entrance is None else Sender(entrance.acting(at=timezone.now()))
    if request.user.is_authenticated:
        return Sender(None)
    return Sender(PORTAL.acting(at=timezone.now()), is_stranger=True)


def by_key(request: HttpRequest, use: ApiKey.Use) -> Entrance | None:
    """The door that the key in the header ``Authorization: Bearer …`` opens."""
    said = request.headers.get("Authorization", "")
    if not said.lower().startswith(BEARER):
        return None
    return keys.entrance_of(said[len(BEARER) :].strip(), use)
