"""Files of matters, for who sees the matter; each look is in the trace."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.trace import look
from kapok.matters.models import Attachment

ABOUT = "attachment"
ENDINGS = {
    "image/jpeg": "jpg",
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/wav": "wav",
    "application/pdf": "pdf",
}


@dataclass(frozen=True)
class FileLine:
    """A file as a page lists it, without its content."""

    id: UUID
    kind: str
    label: str
    media_type: str
    size: int
    made_at: datetime
    has_thumbnail: bool


@dataclass(frozen=True)
class FileContent:
    """A file as it is served; its name says nothing of what its sender called it."""

    name: str
    media_type: str
    content: bytes


def files_of(matter: UUID) -> tuple[FileLine, ...]:
    """The files of a matter, for whoever acts for a purpose."""
    rows = Attachment.objects.filter(matter=matter).defer("content", "thumbnail")
    return tuple(
        FileLine(
            row.pk,
            row.kind,
            row.get_kind_display(),
            row.media_type,
            row.size,
            row.made_at,
            row.kind == Attachment.Kind.PHOTO,
        )
        for row in rows
    )


def content_of(file: UUID, *, small: bool = False) -> FileContent | None:
    """One file, decrypted; ``None`` where it is not seen.

    That it was opened is written down; its small picture belongs to the look at its matter.
    """
    found = Attachment.objects.select_related("matter").filter(pk=file).first()
    if found is None:
        return None
    if not small:
        look(Look.Action.OPEN, [found.pk, found.matter_id], place=found.matter.place)
    stored = found.thumbnail if small and found.thumbnail is not None else found.content
    ending = ENDINGS.get(found.media_type, "bin")
    return FileContent(
        f"{found.matter.number}-{str(found.pk)[-6:]}.{ending}",
        found.media_type,
        secrets.decrypt_bytes(bytes(stored), about=ABOUT),
    )
