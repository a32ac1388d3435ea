"""Acting: the only way to rows about places and people.

``with acting(...)`` opens the transaction, tells PostgreSQL for its length as what, where and why
somebody acts, and puts back what was before at its end. Without it there are no rows.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kapok.access.fields import Ranges, holds
from kapok.access.models import Appointment, Emergency, User
from kapok.access.prepared import Prepared, cursor
from kapok.access.purposes import PURPOSES
from kapok.access.roles import ROLES, Permission, Realm
from kapok.errors import NotAllowed
from kapok.ids import uuid7

EVERYWHERE: Ranges = ((10**14, 10**15),)
SETTINGS = (
    "account", "appointment", "role", "purpose", "unit", "lo", "hi", "ranges", "permissions",
    "realms", "handed", "at", "request",
)  # fmt: skip
UNSAID = {f"kapok.{name}": "" for name in SETTINGS} | {
    "pghistory.context_id": "",  # what the history of a changed row keeps about the change
    "pghistory.context_metadata": "",
}
TELL = "SELECT count(set_config(name, value, true)) FROM json_each_text(%s) AS said (name, value)"


@dataclass(frozen=True)
class Acting:
    """As what, where and why somebody acts.

    Attributes
    ----------
    account, appointment
        Who; ``None`` for a resident and for the box itself.
    role
        A key of :data:`~kapok.access.roles.ROLES`, or ``"box"``.
    ranges
        Half-open ranges of place codes.
    handed
        Subjects that are visible beyond the ranges: a resident's own household.
    purpose
        A key of :data:`~kapok.access.purposes.PURPOSES`; empty: no personal data is seen.
    at
        The moment; nobody below the views reads the clock.
    """

    role: str
    at: datetime
    ranges: Ranges = ()
    permissions: frozenset[Permission] = frozenset()
    realms: frozenset[Realm] = frozenset()
    account: UUID | None = None
    appointment: UUID | None = None
    unit: UUID | None = None
    handed: tuple[UUID, ...] = ()
    purpose: str = ""
    request: UUID = field(default_factory=uuid7)

    def can(self, permission: Permission, place: int | None = None) -> bool:
        """Whether this may be done, here (or anywhere, where no place is given)."""
        if permission not in self.permissions:
            return False
        return place is None or holds(self.ranges, place)

    def covers(self, lo: int, hi: int) -> bool:
        """Whether a whole area lies in one of the ranges."""
        return any(start <= lo and hi <= end for start, end in self.ranges)


_HELD = Prepared(
    lambda account, at: (
        Appointment.objects.in_force(at).filter(account=account).order_by("starts_at", "id")
    )
)
CURRENT: ContextVar[Acting | None] = ContextVar("acting", default=None)


def current() -> Acting:
    """Who acts now. Raises :class:`~kapok.errors.NotAllowed` where nobody does."""
    found = CURRENT.get()
    if found is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    return found


def can(permission: Permission, place: int | None = None) -> bool:
    """Whether whoever acts now may do this here; nobody may do nothing."""
    found = CURRENT.get()
    return found is not None and found.can(permission, place)


def require(permission: Permission, place: int | None = None) -> Acting:
    """Like :func:`can`, but raises, so that it cannot be forgotten in an ``if``."""
    found = current()
    if not found.can(permission, place):
        if not found.role:
            raise NotAllowed(_("You hold no appointment now. Ask your lead to give you one."))
        role = ROLES[found.role].label if found.role in ROLES else found.role
        raise NotAllowed(
            _("As %(role)s you may not do this here (%(permission)s).")
            % {"role": role, "permission": permission}
        )
    return found


def of_appointment(appointment: Appointment, *, at: datetime, purpose: str = "") -> Acting:
    """Acting through an appointment. Raises ``NotAllowed`` where the role has not the purpose."""
    role = ROLES[appointment.role]
    if purpose and appointment.role not in PURPOSES[purpose].roles:
        raise NotAllowed(
            _("As %(role)s you may not look for this purpose: %(purpose)s.")
            % {"role": role.label, "purpose": PURPOSES[purpose].label}
        )
    _refuse_without_emergency(purpose, appointment.ranges, at)
    return Acting(
        role=appointment.role,
        at=at,
        ranges=appointment.ranges,
        permissions=role.grants,
        realms=role.realms,
        account=appointment.account_id,
        appointment=appointment.pk,
        unit=appointment.unit,
        purpose=purpose,
    )


def of_box(*, at: datetime) -> Acting:
    """The box itself, for whoever has its command line: places everywhere, nobody's data."""
    return Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=ROLES["administrator"].grants | ROLES["city_command"].grants,
        realms=frozenset({Realm.SERVICE}),
    )


def of_watch(*, at: datetime) -> Acting:
    """The box watching over the trace: reads it everywhere and raises alarms; sees no people."""
    return Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=frozenset({Permission.TRACE_VIEW, Permission.ALARM_SETTLE}),
    )


def of_intake(door: UUID, *, at: datetime) -> Acting:
    """The box taking in what is reported at a door, finding who is responsible, minding clocks.

    It reaches matters everywhere and nobody's file; ``door`` owns the commands that come by it.
    """
    return Acting(
        role="box",
        at=at,
        ranges=EVERYWHERE,
        permissions=frozenset(
            {
                Permission.MATTER_VIEW,
                Permission.MATTER_REPORT,
                Permission.MATTER_HANDLE,
                Permission.MATTER_SEND,
                Permission.MATTER_CHECK,
                Permission.UNIT_MANAGE,
            }
        ),
        realms=frozenset(Realm),
        account=door,
        purpose="matter_handling",
    )


def of_trial(*, at: datetime, ranges: Ranges) -> Acting:
    """New rules tried on matters of some places: reads what rules decide by, writes nothing.

    What it reads is shown to nobody; who tries the rules is shown counts.
    """
    return Acting(
        role="box",
        at=at,
        ranges=ranges,
        permissions=frozenset({Permission.MATTER_VIEW, Permission.MATTER_REPORT}),
        realms=frozenset(Realm),
        purpose="matter_handling",
    )


def of_deletion(
    *, at: datetime, ranges: Ranges = EVERYWHERE, account: UUID | None = None
) -> Acting:
    """The box deleting what falls due or what an officer decided: reaches all rows, shows none."""
    return Acting(
        role="box",
        at=at,
        ranges=ranges,
        permissions=frozenset(Permission),
        realms=frozenset(Realm),
        account=account,
        purpose="deletion",
    )


def of_account(account: UUID, *, at: datetime) -> Acting:
    """Somebody who signed in and has not chosen an appointment: sees their own ones alone."""
    return Acting(role="", at=at, account=account)


def of_resident(handed: tuple[UUID, ...], *, at: datetime) -> Acting:
    """A resident, proven by their phone: sees their own household alone."""
    role = ROLES["resident"]
    return Acting(
        role="resident",
        at=at,
        permissions=role.grants,
        realms=role.realms,
        handed=handed,
        purpose="own_data",
    )


@contextmanager
def acting(who: Acting) -> Iterator[Acting]:
    """Act as ``who`` inside one transaction; what was in force before is put back at the end."""
    before = CURRENT.get()
    token = CURRENT.set(who)
    is_inside = connection.in_atomic_block  # else all of it ends with the transaction
    try:
        with transaction.atomic():
            _tell(who)
            yield who
            # After an error the end of the savepoint takes them back.
            if is_inside and not connection.needs_rollback:
                _tell(before)
    finally:
        CURRENT.reset(token)


@contextmanager
def becoming(who: Acting) -> Iterator[Acting]:
    """Act as ``who`` for the rest of a transaction that somebody began as less than that."""
    token = CURRENT.set(who)
    try:
        _tell(who)
        yield who
    finally:
        CURRENT.reset(token)


@contextmanager
def acting_by_id(
    appointment_id: UUID, *, at: datetime, purpose: str = "", account: UUID | None = None
) -> Iterator[Acting]:
    """Act through an appointment that is read and checked anew: for requests, streams and jobs.

    Raises :class:`~kapok.errors.NotAllowed` when it is not in force, is not the account's, or its
    account is closed.
    """
    with transaction.atomic():
        found = in_force(appointment_id, at=at, account=account)
        with acting(of_appointment(found, at=at, purpose=purpose)) as who:
            yield who


def in_force(appointment_id: UUID, *, at: datetime, account: UUID | None = None) -> Appointment:
    """The appointment, if it is in force and its account open; else ``NotAllowed``."""
    owner = account or _owner_of(appointment_id)
    with acting(of_account(owner, at=at)):
        found = (
            Appointment.objects.in_force(at)
            .filter(pk=appointment_id, account=owner, account__is_active=True)
            .first()
        )
    if found is None:
        raise NotAllowed(
            _("This appointment is not in force. Choose another one, or ask who gave it to you.")
        )
    return found


def held_by(account: User, *, at: datetime) -> list[Appointment]:
    """The appointments that somebody may act through now, earliest first."""
    with acting(of_account(account.pk, at=at)):
        return held_now(account, at=at)


def held_now(account: User, *, at: datetime) -> list[Appointment]:
    """The same, for whoever acts as that account already."""
    return _HELD(account.pk, at)


def for_purpose(purpose: str) -> Acting:
    """Who acts now, for this purpose; ``NotAllowed`` where the role does not have it."""
    found = current()
    if purpose not in PURPOSES or found.role not in PURPOSES[purpose].roles:
        raise NotAllowed(
            _("Choose a purpose that your role has, before you look at personal data.")
        )
    _refuse_without_emergency(purpose, found.ranges, found.at)
    return replace(found, purpose=purpose)


def is_justified(purpose: str) -> bool:
    """Whether whoever acts now may look for a purpose now: some need a declared emergency."""
    who = current()
    return not _unjustified(purpose, who.ranges, who.at)


def _refuse_without_emergency(purpose: str, ranges: Ranges, at: datetime) -> None:
    if sentence := _unjustified(purpose, ranges, at):
        raise NotAllowed(sentence)


def _unjustified(purpose: str, ranges: Ranges, at: datetime) -> str:
    """Why a purpose that only an emergency justifies is not open there; empty where it is."""
    if not purpose or not PURPOSES[purpose].hangs_on_emergency:
        return ""
    here = [
        emergency
        for emergency in Emergency.objects.filter(starts_at__lte=at)
        if any(lo < hi_ and lo_ < hi for lo, hi in ranges for lo_, hi_ in [emergency.span()])
    ]
    if any(emergency.ends_at is None or emergency.ends_at > at for emergency in here):
        return ""
    sentence = (
        _("The emergency that justified this purpose has ended: %(purpose)s.")
        if here
        else _("Only a declared emergency justifies this purpose: %(purpose)s.")
    )
    return sentence % {"purpose": PURPOSES[purpose].label}


def _owner_of(appointment_id: UUID) -> UUID:
    with connection.cursor() as cursor:
        cursor.execute("SELECT appointment_owner(%s)", [appointment_id])
        [owner] = cursor.fetchone()
    if owner is None:
        raise NotAllowed(_("This appointment is not in force. Choose another one."))
    return owner


def _tell(who: Acting | None) -> None:
    """Set the settings that the policies read, until the transaction ends."""
    said = UNSAID if who is None else _settings(who)
    with cursor() as telling:
        telling.execute(TELL, [json.dumps(said)])


def _settings(who: Acting) -> dict[str, str]:
    context = json.dumps(_context(who))
    return {
        "kapok.account": str(who.account or ""),
        "kapok.appointment": str(who.appointment or ""),
        "kapok.role": who.role,
        "kapok.purpose": who.purpose,
        "kapok.unit": str(who.unit or ""),
        "kapok.lo": str(min((lo for lo, _hi in who.ranges), default=0)),
        "kapok.hi": str(max((hi for _lo, hi in who.ranges), default=0)),
        "kapok.ranges": "{" + ",".join(f"[{lo},{hi})" for lo, hi in who.ranges) + "}",
        "kapok.permissions": _listed(who.permissions),
        "kapok.realms": _listed(who.realms),
        "kapok.handed": "{" + ",".join(map(str, who.handed)) + "}",
        "kapok.at": who.at.isoformat(),
        "kapok.request": str(who.request),
        "pghistory.context_id": str(uuid5(who.request, context)),
        "pghistory.context_metadata": context,
    }


@lru_cache(maxsize=256)
def _listed(names: frozenset[str]) -> str:
    return ",".join(sorted(names))


def _context(who: Acting) -> dict[str, str]:
    """What the history of a changed row keeps about the change."""
    return {
        "account": str(who.account or ""),
        "appointment": str(who.appointment or ""),
        "role": who.role,
        "purpose": who.purpose,
        "request": str(who.request),
        "url": "",
    }
