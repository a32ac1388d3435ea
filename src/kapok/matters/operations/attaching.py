"""Uploads that a move names become attachments of its entry.

A move binds files of its own sender alone. What it names before it is there is waited for, and
bound when its last part has come.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from kapok.access.scope import acting, current, of_intake
from kapok.matters.engine.facts import Actor, Effects
from kapok.matters.models import Attachment, AwaitedFile, Upload

KEEPER = UUID("01936c00-0000-7000-8000-0000000f11e5")  # as what the box binds and deletes files


def attach(done: Iterable[tuple[Effects, Actor]], *, now: datetime) -> None:
    """Bind the files that moves name, and wait for those that are still to come."""
    sender = current().account
    named = {file: effect for effect, _actor in done for file in effect.files}
    if not named or sender is None:
        return
    # All of them are held, those that are still coming too: the last part waits for this, or this
    # for the last part, so that one of the two sees the other. Nobody sees another one's uploads.
    held = Upload.objects.filter(pk__in=named, account=sender).order_by("pk")
    ready = [row for row in held.select_for_update() if row.state == Upload.State.READY]
    _bind([(row, named[row.pk].matter.id, named[row.pk].event.id) for row in ready])
    _wait_for(named, {row.pk for row in ready}, sender, now)
    Upload.objects.filter(pk__in=[row.pk for row in ready]).delete()


def _wait_for(named: Mapping[UUID, Effects], there: set[UUID], sender: UUID, now: datetime) -> None:
    known = set(Attachment.objects.filter(pk__in=named).values_list("pk", flat=True))
    AwaitedFile.objects.bulk_create(
        [
            AwaitedFile(
                file=file,
                account=sender,
                matter_id=effect.matter.id,
                event=effect.event.id,
                since=now,
            )
            for file, effect in named.items()
            if file not in known | there
        ],
        ignore_conflicts=True,
    )


def attach_awaited(row: Upload) -> None:
    """Bind a file that has just become whole, if an entry waits for it."""
    with acting(of_intake(KEEPER, at=current().at)):
        awaited = AwaitedFile.objects.filter(file=row.pk, account=row.account).first()
        if awaited is None:
            return
        _bind([(row, awaited.matter_id, awaited.event)])
        awaited.delete()
    row.delete()


def _bind(rows: list[tuple[Upload, UUID, UUID]]) -> None:
    Attachment.objects.bulk_create(
        [
            Attachment(
                id=row.pk,
                matter_id=matter,
                event=event,
                kind=row.kind,
                name=row.name,
                media_type=row.media_type,
                size=row.clean_size,
                digest=row.digest,
                content=row.content,
                thumbnail=row.thumbnail,
                made_by=row.account,
                made_at=row.made_at,
            )
            for row, matter, event in rows
        ]
    )
