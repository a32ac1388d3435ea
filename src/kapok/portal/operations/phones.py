"""Telephones that a community announces on its page."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import Refused
from kapok.portal.models import PublicPhone

DIALLED = re.compile(r"\+?[0-9][0-9 \-]{1,18}")
MOST = 20


@transaction.atomic
def announce(
    *,
    place: int,
    label_zh: str,
    label_en: str,
    number: str,
    hours: str,
    by: UUID | None,
    at: datetime,
) -> PublicPhone:
    """Add a telephone. Short numbers such as 12345 are fine."""
    require(Permission.PORTAL_KEEP, place)
    if not label_zh.strip() and not label_en.strip():
        raise Refused(_("Say whose telephone it is."))
    if not DIALLED.fullmatch(number.strip()):
        raise Refused(_("Write the number with digits, spaces and hyphens alone."))
    n = PublicPhone.objects.filter(place=place).count()
    if n >= MOST:
        raise Refused(_("Nobody reads more than %(most)s numbers. Remove one.") % {"most": MOST})
    return PublicPhone.objects.create(
        place=place,
        label_zh=(label_zh.strip() or label_en.strip())[:60],
        label_en=label_en.strip()[:60],
        number=number.strip(),
        hours=hours.strip()[:60],
        order=n,
        made_at=at,
    )


@transaction.atomic
def withdraw(*, phone: UUID, place: int, by: UUID | None, at: datetime) -> None:
    """Take a telephone off the page."""
    require(Permission.PORTAL_KEEP, place)
    PublicPhone.objects.filter(pk=phone, place=place).delete()
