"""Files that come in one request with a report."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from kapok.access.scope import acting
from kapok.doors.entrances import Entrance
from kapok.doors.operations.reporting import file_id
from kapok.matters.files import sniff
from kapok.matters.operations import uploads


class Sent(Protocol):
    """A file of a request."""

    name: str | None

    def read(self) -> bytes:
        """Its bytes."""
        ...


def keep(
    *, entrance: Entrance, command: UUID, files: Iterable[Sent], kind: str, at: datetime
) -> list[UUID]:
    """Clean files and keep them for a report. Raises ``Refused`` with what is wrong with one.

    The same file of the same report has the same key, so that sending a form twice keeps it once.
    """
    return [
        keep_one(
            entrance=entrance, command=command, name=_digest(data), data=data, kind=kind, at=at
        )
        for data in (file.read() for file in files)
    ]


def keep_one(
    *, entrance: Entrance, command: UUID, name: str, data: bytes, kind: str | None, at: datetime
) -> UUID:
    """Keep one file under a name of its sender's; its kind is told by its content if not said."""
    key = file_id(command, name)
    said = kind or sniff.kind_of(data) or "PHOTO"
    announced = uploads.Announced(
        id=key, kind=said, name="", size=max(len(data), 1), digest=hashlib.sha256(data).digest()
    )
    with acting(entrance.acting(at=at)):
        uploads.take_whole(file=announced, data=data, token=str(command))
    return key


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
