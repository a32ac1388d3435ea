"""Keys of programs: made, shown once, revoked, recognised."""

import hashlib
import hmac
import secrets as randomness
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.codes import span
from kapok.doors.entrances import Entrance
from kapok.doors.models import ApiKey
from kapok.errors import Refused
from kapok.matters.workflow import Door
from kapok.places.models import Area

PREFIX = "kpk_"
ABOUT, SECRET = "api key", "webhook key"
MOST_AGE_S = 300  # of a signature
DOORS = {
    ApiKey.Use.REPORT: Door.API,
    ApiKey.Use.HOOK: Door.AGENCY,
    ApiKey.Use.OPEN311: Door.OPEN311,
    ApiKey.Use.FORM: Door.FORM,
    ApiKey.Use.CALLS: Door.PHONE,
}


@dataclass(frozen=True)
class MadeKey:
    """A key that was just made; ``secret`` is shown now and never again."""

    id: UUID
    secret: str


@transaction.atomic
def make_key(
    *, name: str, uses: Sequence[str], place: int, by: UUID | None, at: datetime
) -> MadeKey:
    """Make a key for an area. Raises ``Refused`` where something is missing."""
    area = area_for(place)
    if not name.strip():
        raise Refused(_("Say whose key it is, so that it can be told from others."))
    chosen = [use for use in ApiKey.Use.values if use in uses]
    if not chosen:
        raise Refused(_("Choose at least one use of the key."))
    secret = PREFIX + randomness.token_urlsafe(32)
    lo, hi = span(area.code, area.level)
    signs = ApiKey.Use.HOOK in chosen
    made = ApiKey.objects.create(
        name=name.strip()[:80],
        uses=chosen,
        place=lo,
        hi=hi,
        secret_index=secrets.blind_index(secret, about=ABOUT),
        secret=secrets.encrypt(secret, about=SECRET) if signs else None,
        made_by=by,
        made_at=at,
    )
    return MadeKey(made.pk, secret)


def area_for(place: int) -> Area:
    """A standing area that whoever acts answers for."""
    area = Area.objects.filter(code=place, valid_to=None).first()
    if area is None:
        raise Refused(_("There is no such area. Write its code with 15 digits."))
    who = require(Permission.ACCOUNT_MANAGE)
    if not who.covers(*span(area.code, area.level)):
        raise Refused(_("“%(area)s” is not inside your own area.") % {"area": area})
    return area


@transaction.atomic
def revoke_key(*, key: UUID, by: UUID | None, at: datetime) -> None:
    """End a key at once; what it sent stays."""
    require(Permission.ACCOUNT_MANAGE)
    ApiKey.objects.filter(pk=key, revoked_at=None).update(revoked_at=at, revoked_by=by)


def entrance_of(secret: str, use: ApiKey.Use) -> Entrance | None:
    """The door that a key opens; ``None`` where it opens none."""
    if not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    index = secrets.blind_index(secret, about=ABOUT)
    with connection.cursor() as cursor:  # for every request: no more than is needed
        cursor.execute("SELECT id, uses, place, hi FROM doors_key(%s, NULL)", [index])
        row = cursor.fetchone()
    if row is None or use not in row[1]:
        return None
    key, _uses, lo, hi = row
    return Entrance(key, DOORS[use], ((lo, hi),))


def _key(key: UUID) -> ApiKey | None:
    """A key that is not revoked, for whoever knocks: as nobody, one sees no keys."""
    return next(iter(ApiKey.objects.raw("SELECT * FROM doors_key(NULL, %s)", [key])), None)


def _entrance(key: ApiKey | None, use: ApiKey.Use) -> Entrance | None:
    if key is None or use not in key.uses:
        return None
    return Entrance(key.pk, DOORS[use], ((key.place, key.hi),))


def entrance_of_signature(
    key_id: UUID,
    signature: str,
    body: bytes,
    *,
    at: datetime,
    use: ApiKey.Use = ApiKey.Use.HOOK,
) -> Entrance | None:
    """The door for a body that was signed with a key; ``None`` where the signature is not right.

    Only keys for signed webhooks are kept so that they can sign, for another use as well.
    """
    key = _key(key_id)
    if key is None or key.secret is None:
        return None
    secret = secrets.decrypt(bytes(key.secret), about=SECRET)
    return _entrance(key, use) if is_signed(secret, signature, body, at=at) else None


def signature(secret: str, body: bytes, *, at: datetime) -> str:
    """``t=<seconds>,v1=<HMAC-SHA256 of "seconds.body">``."""
    moment = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


def is_signed(secret: str, said: str, body: bytes, *, at: datetime) -> bool:
    """Whether a signature is right and fresh."""
    parts = dict(part.partition("=")[::2] for part in said.split(","))
    moment = parts.get("t", "")
    if not (moment.isascii() and moment.isdigit() and len(moment) < 12):
        return False
    if abs(at.timestamp() - int(moment)) > MOST_AGE_S:
        return False
    digest = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256)
    return hmac.compare_digest(digest.hexdigest().encode(), parts.get("v1", "").strip().encode())
