"""Nothing more is sent to whoever reported a matter: their number leaves the contact."""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.scope import acting, current, of_intake
from kapok.errors import NotAllowed
from kapok.matters import notes
from kapok.matters.models import Report
from kapok.matters.operations.entries import CONTACT


def silence(*, matters: Collection[UUID], at: datetime) -> int:
    """Take the numbers of reporters out of what messages go to; how many reports had one.

    A message could put them in danger. Whoever goes there still reads the number, in a note of the
    report. The caller has seen to it that whoever acts may decide this.
    """
    who = current()
    if who.account is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    n = 0
    with acting(of_intake(who.account, at=at)):
        for report in Report.objects.select_for_update().filter(
            matter__in=matters, contact__isnull=False
        ):
            n += _silenced(report)
    return n


def _silenced(report: Report) -> bool:
    known = json.loads(secrets.decrypt(bytes(report.contact or b""), about=CONTACT))
    if not (known["phone"] or known["email"]):
        return False
    reached = " ".join(filter(None, (known["phone"], known["email"])))
    report.notes = [notes.stored(notes.not_free(reached)), *report.notes]
    rest = known | {"phone": "", "email": ""}
    report.contact = secrets.encrypt(json.dumps(rest, ensure_ascii=False), about=CONTACT)
    report.phone_index = None
    report.save(update_fields=["notes", "contact", "phone_index"])
    return True
