"""Bringing a list: who answers for it, why and until when is asked before anything is read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kapok.access.models import Emergency, User
from kapok.access.purposes import PURPOSES
from kapok.access.roles import Permission
from kapok.access.scope import current, require
from kapok.errors import NotAllowed, Refused
from kapok.people.lists.columns import confirmed, recognise
from kapok.people.lists.kept import read_content, sealed_file, table_of
from kapok.people.models import PersonList

LONGEST = timedelta(days=366)
Status = PersonList.Status


@dataclass(frozen=True)
class About:
    """What must be known of a list before it is taken in.

    ``owner`` is the body that answers for it; ``register`` a kind of register that its people
    shall be on, or empty; ``emergency`` the one that it hangs on, where its purpose needs one.
    """

    title: str
    owner: str
    purpose: str
    legal_basis: str
    reason: str
    expires_at: datetime
    register: str = ""
    emergency: UUID | None = None


@transaction.atomic
def bring_list(
    *, about: About, file_name: str, content: bytes, place: int, by: User, at: datetime
) -> PersonList:
    """Keep a list, encrypted, with what its columns probably mean; nothing of it is used yet.

    Raises ``Refused`` where something about it is missing, the file cannot be read, or the same
    file was brought to the same place before.
    """
    who = require(Permission.LIST_BRING, place)
    if who.appointment is None:
        raise NotAllowed(_("A list is brought by somebody who holds an appointment."))
    _check_about(about, who.role, at)
    table = read_content(content, file_name)
    digest = hashlib.sha256(content).hexdigest()
    earlier = PersonList.objects.filter(file_sha256=digest, place=place).exclude(
        status=Status.DROPPED
    )
    if earlier.exists():
        raise _brought_before()
    try:
        with transaction.atomic():
            return PersonList.objects.create(
                place=place,
                title=about.title.strip() or file_name[:200],
                owner=about.owner.strip(),
                purpose=about.purpose,
                legal_basis=about.legal_basis.strip(),
                reason=about.reason.strip(),
                emergency_id=about.emergency,
                expires_at=about.expires_at,
                register=about.register,
                file_name=file_name[-200:],
                file_sha256=digest,
                file=sealed_file(content),
                columns={guess.field: guess.column for guess in recognise(table.frame)},
                n_rows=len(table.frame),
                brought_by=by,
                brought_as=who.appointment,
                brought_at=at,
            )
    except IntegrityError:
        raise _brought_before() from None


@transaction.atomic
def confirm_columns(
    *, list_id: UUID, columns: Mapping[str, str], by: User, at: datetime
) -> PersonList:
    """Say what the columns mean; the check begins. What an earlier check found is forgotten."""
    found = locked_list(list_id, Status.BROUGHT, Status.CHECKED)
    require(Permission.LIST_BRING, found.place)
    table = table_of(found)
    found.columns = confirmed(columns, table.frame.columns)
    found.status, found.n_done, found.failure = Status.CHECKING, 0, ""
    found.save(update_fields=["columns", "status", "n_done", "failure"])
    found.rows.all().delete()
    return found


@transaction.atomic
def drop_list(*, list_id: UUID, by: User, at: datetime) -> PersonList:
    """Throw a list away that is not taken over: its rows and its file are gone at once."""
    found = locked_list(list_id, Status.BROUGHT, Status.CHECKING, Status.CHECKED)
    require(Permission.LIST_BRING, found.place)
    found.rows.all().delete()
    found.status, found.file = Status.DROPPED, None
    found.save(update_fields=["status", "file"])
    return found


def locked_list(list_id: UUID, *allowed: str) -> PersonList:
    """The list, locked. Raises ``Refused`` where it stands elsewhere than ``allowed``."""
    found = PersonList.objects.select_for_update().get(pk=list_id)
    if found.status not in allowed:
        raise Refused(
            _("The list is %(status)s by now. Load the page anew.")
            % {"status": found.get_status_display()}
        )
    if found.expires_at <= current().at:
        raise Refused(_("The list has expired, so nothing may be done with it any more."))
    return found


def _check_about(about: About, role: str, at: datetime) -> None:
    for value, sentence in (
        (about.owner, _("Say who answers for the list: the body that owns it.")),
        (about.legal_basis, _("Say the legal basis: the article or order that allows the list.")),
        (about.reason, _("Say the reason: what the list is needed for.")),
    ):
        if not value.strip():
            raise Refused(sentence)
    if about.expires_at <= at or about.expires_at > at + LONGEST:
        raise Refused(_("A list ends: choose a day within a year on which it is deleted."))
    purpose = PURPOSES.get(about.purpose)
    if purpose is None or role not in purpose.roles or "listrow.values" not in purpose.fields:
        raise NotAllowed(_("Your role may not bring lists for this purpose. Choose another one."))
    if purpose.hangs_on_emergency and not _in_force(about.emergency, at):
        raise Refused(_("This purpose holds in an emergency alone. Choose one that has not ended."))


def _in_force(emergency: UUID | None, at: datetime) -> bool:
    if emergency is None:
        return False
    running = Emergency.objects.filter(pk=emergency, starts_at__lte=at)
    return running.exclude(ends_at__lte=at).exists()


def _brought_before() -> Refused:
    return Refused(
        _("This very file was brought here before, so it is not taken in twice. Open that list.")
    )
