"""Files come in, part after part, and are cleaned when they are whole.

What is stored of a part is stored: a sender that was cut off asks how far it came and goes on from
there. The same request twice changes nothing.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.scope import acting, current, of_intake
from kapok.errors import Refused
from kapok.matters.files import KINDS, MOST_BYTES, PART_BYTES, cleaning, limits
from kapok.matters.models import Attachment, AwaitedFile, Upload, UploadPart
from kapok.matters.operations import attaching

ABOUT, PART, TOKEN = "attachment", "upload", "upload token"
DAY = timedelta(days=1)
KEPT = timedelta(days=7)  # what is bound to nothing


class WrongOffset(Exception):
    """A part does not begin where the file ends so far."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True)
class Progress:
    """How far a file is.

    Attributes
    ----------
    offset
        Bytes that are stored.
    refusal
        Why it was refused when it was whole; empty otherwise.
    """

    id: UUID
    offset: int
    size: int
    state: str
    refusal: str = ""


@dataclass(frozen=True)
class Announced:
    """What a sender says of a file before it comes."""

    id: UUID
    kind: str
    name: str
    size: int
    digest: bytes | None = None


def begin(
    *, file: Announced, token: str = "", most_a_day: int = limits.MOST_BYTES_A_DAY
) -> Progress:
    """Make room for a file of whoever acts; ``token`` is what strangers show for it later."""
    who = current()
    if who.account is None:
        raise Refused(_("Nobody sends this file. Sign in first."))
    _refuse_wrong(file)
    known = Upload.objects.filter(pk=file.id).first()
    if known is not None:
        return _again(known, file)
    if _is_bound(file.id, who.account, at=who.at):
        return Progress(file.id, file.size, file.size, Upload.State.READY)
    _refuse_too_much(who.account, file.size, most_a_day, at=who.at)
    made = Upload.objects.create(
        id=file.id,
        account=who.account,
        token_index=secrets.blind_index(token, about=TOKEN) if token else None,
        kind=file.kind,
        name=file.name[:200],
        size=file.size,
        said_digest=file.digest,
        made_at=who.at,
    )
    return _progress(made)


def _refuse_wrong(file: Announced) -> None:
    if file.kind not in KINDS:
        raise Refused(_("Say what it is: PHOTO, VOICE or PAPER."))
    if file.size < 1:
        raise Refused(_("The file is empty. Choose it again."))
    if file.size > MOST_BYTES[file.kind]:
        raise Refused(cleaning.too_large(file.kind))


def _again(known: Upload, file: Announced) -> Progress:
    if (known.kind, known.size) != (file.kind, file.size):
        raise Refused(_("This identifier was used for another file. Send it under a new one."))
    return _progress(known)


def _is_bound(file: UUID, account: UUID, *, at: datetime) -> bool:
    """Whether it belongs to an entry already: its sender may not have heard of it."""
    with acting(of_intake(attaching.KEEPER, at=at)):
        owners = list(Attachment.objects.filter(pk=file).values_list("made_by", flat=True))
    if owners and owners != [account]:
        raise Refused(_("This file is there already."))
    return bool(owners)


def _refuse_too_much(account: UUID, size: int, most: int, *, at: datetime) -> None:
    sent = Upload.objects.filter(account=account, made_at__gt=at - DAY).aggregate(n=Sum("size"))
    if (sent["n"] or 0) + size > most:
        raise Refused(_("So much was sent today that no more is taken. Send it tomorrow."))


def take_part(*, file: UUID, offset: int, data: bytes) -> Progress:
    """Store one part. Raises :class:`WrongOffset` where it does not fit to what is there."""
    row = Upload.objects.select_for_update().filter(pk=file).first()
    if row is None:
        raise Refused(_("There is no such file on its way. Begin it anew."))
    if row.state != Upload.State.COMING:
        return _progress(row)
    if offset != row.received:
        raise WrongOffset(row.received)
    if len(data) > PART_BYTES:
        raise Refused(_("Send parts of at most %(mb)s MB.") % {"mb": PART_BYTES // limits.MB})
    if offset + len(data) > row.size:
        raise Refused(_("The file is longer than was said. Begin it anew with its right size."))
    if data:
        UploadPart.objects.create(
            upload=row, start=offset, content=secrets.encrypt_bytes(data, about=PART)
        )
        row.received += len(data)
        row.save(update_fields=["received"])
    return _finished(row) if row.received == row.size else _progress(row)


def _finished(row: Upload) -> Progress:
    """Clean a file that is whole; what is refused stays known, so that asking again says why."""
    data = b"".join(
        secrets.decrypt_bytes(bytes(part.content), about=PART) for part in row.parts.all()
    )
    row.digest = hashlib.sha256(data).digest()
    try:
        if row.said_digest is not None and bytes(row.said_digest) != row.digest:
            raise Refused(_("The file changed on its way. Send it again."))
        clean = cleaning.clean(data, row.kind)
    except Refused as refusal:
        row.state, row.refusal = Upload.State.REFUSED, str(refusal)[:300]
    else:
        row.state, row.media_type = Upload.State.READY, clean.media_type
        row.clean_size = len(clean.content)
        row.content = secrets.encrypt_bytes(clean.content, about=ABOUT)
        if clean.thumbnail is not None:
            row.thumbnail = secrets.encrypt_bytes(clean.thumbnail, about=ABOUT)
    row.parts.all().delete()
    row.save()
    progress = _progress(row)
    if row.state == Upload.State.READY:
        attaching.attach_awaited(row)
    return progress


def take_whole(*, file: Announced, data: bytes, token: str = "") -> Progress:
    """A file that came in one piece, such as with a form; the same one again changes nothing.

    Raises ``Refused`` where it is none that may be kept; then nothing of it stays.
    """
    if not data:
        raise Refused(_("The file is empty. Choose it again."))
    known = Upload.objects.filter(pk=file.id).first()
    if known is None and Attachment.objects.filter(pk=file.id).exists():
        return Progress(file.id, file.size, file.size, Upload.State.READY)
    so_far = begin(file=file, token=token, most_a_day=limits.MOST_BYTES_A_DAY_OF_STRANGERS)
    for start in range(so_far.offset, len(data), PART_BYTES):
        so_far = take_part(file=file.id, offset=start, data=data[start : start + PART_BYTES])
    if so_far.refusal:
        raise Refused(so_far.refusal)
    return so_far


def progress(*, file: UUID) -> Progress | None:
    """How far a file of whoever acts is."""
    row = Upload.objects.filter(pk=file).defer("content", "thumbnail").first()
    return None if row is None else _progress(row)


def shown(tokens: Sequence[tuple[UUID, str]]) -> list[UUID]:
    """The files whose token was shown. Raises ``Refused`` where one is not theirs."""
    for file, token in tokens:
        index = secrets.blind_index(token, about=TOKEN)
        if not Upload.objects.filter(pk=file, token_index=index).exists():
            raise Refused(_("A photo that was sent before is no longer there. Add it again."))
    return [file for file, _token in tokens]


def forget_unbound(*, at: datetime) -> int:
    """Delete files that nobody bound to a matter in a week; how many there were."""
    with acting(of_intake(attaching.KEEPER, at=at)), connection.cursor() as cursor:
        cursor.execute("SELECT matters_forget_uploads(%s)", [at - KEPT])
        [n] = cursor.fetchone()
        AwaitedFile.objects.filter(since__lt=at - KEPT).delete()
    return int(n)


def _progress(row: Upload) -> Progress:
    return Progress(row.pk, row.received, row.size, row.state, row.refusal)
