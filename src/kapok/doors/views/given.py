"""What a form of a report sends: answers, photos, a position, the key of the form."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import files
from kapok.doors.operations.reporting import NotNow
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.operations import uploads
from kapok.packs.schema import Field, FieldType, Form, Kind

MOST_PHOTOS = 5
KINDS_OF_FILES = {FieldType.PHOTO: "PHOTO", FieldType.SIGNATURE: "PHOTO", FieldType.VOICE: "VOICE"}


def answers(form: Form, given: QueryDict) -> dict[str, Any]:
    """What was answered; files come beside it."""
    found: dict[str, Any] = {}
    for field in form.fields:
        if field.type in KINDS_OF_FILES:
            continue
        name = f"a.{field.name}"
        value = given.getlist(name) if field.type == FieldType.CHOICES else given.get(name, "")
        if value not in ("", []):
            found[field.name] = value
    return found


def new_files(
    request: HttpRequest,
    asked: Kind,
    command: UUID,
    answers: dict[str, Any],
    faults: dict[str, str],
) -> list[UUID]:
    """Photos of the form itself and of its questions, cleaned and kept."""
    of_fields: list[Field | None] = [
        field for field in asked.report_form.fields if field.type in KINDS_OF_FILES
    ]
    found: list[UUID] = []
    for field in [None, *of_fields]:
        name = f"a.{field.name}" if field else "photos"
        sent = request.FILES.getlist(name)[:MOST_PHOTOS]
        kind = KINDS_OF_FILES[field.type] if field else "PHOTO"
        try:
            ids = files.keep(
                entrance=PORTAL, command=command, files=sent, kind=kind, at=timezone.now()
            )
        except Refused as refusal:
            faults[field.name if field else name] = str(refusal)
            continue
        if field:
            earlier = [str(each) for each in uuids(request.POST.getlist(f"kept.{field.name}"))]
            if ids or earlier:
                answers[field.name] = [str(each) for each in ids] or earlier
        found += ids
    return found


def kept(command: UUID, given: QueryDict, faults: dict[str, str]) -> list[UUID]:
    """Photos that came with an earlier try of the same form, whose key shows whose they are."""
    named = uuids(given.getlist("kept"))[: 3 * MOST_PHOTOS]
    try:
        with acting(PORTAL.acting(at=timezone.now())):
            return uploads.shown([(file, str(command)) for file in named])
    except Refused as refusal:
        faults["photos"] = str(refusal)
        return []


def said(
    given: QueryDict, kind: str, why: str, place: int, answers: Mapping[str, Any], kept: list[UUID]
) -> dict[str, Any]:
    """The report, as doors take it."""
    whole: dict[str, Any] = {
        "kind": kind,
        "why": why,
        "place": place,
        "text": given.get("text", ""),
        "address": given.get("address", "")[:200],
        "answers": dict(answers),
        "files": [str(file) for file in dict.fromkeys(kept)],
        "contact": {
            "name": given.get("name", "")[:100],
            "phone": given.get("phone", "")[:40],
            "hidden": given.get("hidden") == "yes",
        },
    }
    found = position(given)
    if found is not None:
        whole |= {"lon": found[0], "lat": found[1]}
    return whole


def position(given: QueryDict) -> tuple[float, float] | None:
    """Longitude and latitude, where they were sent."""
    try:
        lon, lat = float(given.get("lon", "")), float(given.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def key(text: str) -> UUID:
    """The key of a form: the same whenever it is sent again; a new one where it has none."""
    found = uuids([text])
    return found[0] if found else uuid7()


def not_now(form: HttpResponse, refusal: Refused) -> HttpResponse:
    """The form again; where nothing is wrong with it, with when to send it again."""
    if isinstance(refusal, NotNow):
        form.status_code = 503
        form["Retry-After"] = str(refusal.again_s)
    return form


def uuids(texts: list[str]) -> list[UUID]:
    """Those of some texts that are keys."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
