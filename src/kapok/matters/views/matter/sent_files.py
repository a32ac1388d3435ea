"""Files that come with a form: each is taken whole, and named in the move by its identifier."""

from typing import Any

from kapok.access.requests import SignedInRequest
from kapok.ids import uuid7
from kapok.matters.engine.data import MOST_FILES
from kapok.matters.operations import uploads
from kapok.packs.schema import FieldType, Form

KIND = {FieldType.PHOTO: "PHOTO", FieldType.SIGNATURE: "PHOTO", FieldType.VOICE: "VOICE"}


def taken(request: SignedInRequest, name: str, kind: str) -> list[str]:
    """The identifiers of the files of one input, after they were cleaned; none where none came."""
    found = []
    for file in request.FILES.getlist(name)[:MOST_FILES]:
        announced = uploads.Announced(uuid7(), kind, file.name or "", file.size or 0)
        found.append(str(uploads.take_whole(file=announced, data=file.read()).id))
    return found


def add(request: SignedInRequest, data: dict[str, Any], form: Form) -> None:
    """Put the files of a form's questions beside its answers, and among the move's files."""
    for field in form.fields:
        if field.type in KIND:
            keys = taken(request, f"answers.{field.name}", KIND[field.type])
            if keys:
                data.setdefault("answers", {})[field.name] = keys
                data.setdefault("files", []).extend(keys)
