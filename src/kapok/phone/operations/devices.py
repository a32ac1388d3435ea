"""Phones are made known, and given up."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.scope import acting, of_account
from kapok.errors import Refused
from kapok.phone import sealing
from kapok.phone.models import MOST_DEVICES, Device

LONGEST_NAME = 60


def enrol(*, by: User, public_key: str, name: str, at: datetime) -> Device:
    """Make a phone known by its public key; a key that is known already is the same phone."""
    try:
        raw = sealing.content(public_key)
        sealing.point(raw)
    except sealing.Unreadable:
        raise Refused(_("This phone sent no key that can be used. Load the app anew.")) from None
    with acting(of_account(by.pk, at=at)):
        User.objects.select_for_update().get(pk=by.pk)
        mine = list(Device.objects.filter(account=by, revoked_at=None))
        known = next((phone for phone in mine if bytes(phone.public_key) == raw), None)
        if known is not None:
            return known
        if len(mine) >= MOST_DEVICES:
            raise Refused(
                _("You have %(n)d phones already. Give one up on your account page first.")
                % {"n": MOST_DEVICES}
            )
        return Device.objects.create(
            account=by,
            public_key=raw,
            name=name.strip()[:LONGEST_NAME] or _("Phone"),
            enrolled_at=at,
            seen_at=at,
        )


def give_up(*, by: User, device: UUID, at: datetime) -> None:
    """From now on what this phone sends is held for review."""
    with acting(of_account(by.pk, at=at)):
        changed = Device.objects.filter(pk=device, revoked_at=None).update(revoked_at=at)
    if not changed:
        raise Refused(_("This phone is not yours, or was given up already."))
