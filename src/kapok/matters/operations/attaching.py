"""Uploads that a move names become attachments of its entry."""

from collections.abc import Iterable
from datetime import datetime

from kapok.matters.engine.facts import Actor, Effects
from kapok.matters.models import Attachment


def attach(done: Iterable[tuple[Effects, Actor]], *, now: datetime) -> None:
    """Bind the files that moves name, which were uploaded and re-encoded before."""
    for effect, _actor in done:
        if effect.files:
            Attachment.objects.filter(pk__in=effect.files, event=None).update(
                matter=effect.matter.id, event=effect.event.id
            )
