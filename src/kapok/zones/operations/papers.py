"""The decision in writing comes in: looked at, written anew where it is a photo, kept encrypted."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.errors import Refused
from kapok.matters.files import clean, limits, sniff
from kapok.zones.models import ZoneDocument

ABOUT = "attachment"


@dataclass(frozen=True)
class Paper:
    """A decision as somebody hands it in."""

    number: str
    issuer: str
    issued_on: date | None
    name: str
    data: bytes


def keep(*, paper: Paper | None, order: UUID, at: datetime) -> ZoneDocument:
    """Keep the decision of an order. Raises ``Refused`` where it is missing or cannot be kept."""
    if paper is None or not paper.data:
        raise Refused(_("Attach the decision as PDF or photo. Without it there is no zone."))
    if not paper.number or not paper.issuer or paper.issued_on is None:
        raise Refused(_("Write the number of the decision, who issued it, and its day."))
    if paper.issued_on > localtime(at).date():
        raise Refused(_("The decision bears a day that is still to come. Correct the day."))
    kind = sniff.kind_of(paper.data[:4096])
    if kind not in {limits.PAPER, limits.PHOTO}:
        raise Refused(_("The decision is a PDF or a photo (JPEG, PNG, WebP, HEIC). Send one."))
    whole = clean(paper.data, kind)
    return ZoneDocument.objects.create(
        order_id=order,
        number=paper.number[:100],
        issuer=paper.issuer[:100],
        issued_on=paper.issued_on,
        name=paper.name[:200],
        media_type=whole.media_type,
        size=len(whole.content),
        digest=hashlib.sha256(paper.data).digest(),
        content=secrets.encrypt_bytes(whole.content, about=ABOUT),
    )
