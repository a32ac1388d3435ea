"""Lists of workers: read, looked at, put in force in one go or given up."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import operations as access
from kapok.access import scope, secrets
from kapok.access.models import Look, User
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused
from kapok.workforce import reading, rows
from kapok.workforce.models import WorkerList
from kapok.workforce.operations.workers import Known, keep_workers
from kapok.workforce.queries import lists as queries
from kapok.workforce.queries.scoped import inside

WAITS = timedelta(days=7)  # then a list that nobody put in force is given up


@dataclass(frozen=True)
class Handed:
    """What the holder of a new account is handed, once."""

    name: str
    username: str
    role_label: str
    path: str


@transaction.atomic
def read_list(
    *, file_name: str, data: bytes, code: int, level: str, by: User, at: datetime
) -> WorkerList:
    """Read a file and keep its rows, encrypted, until it is put in force. Nothing changes yet."""
    scope.require(Permission.APPOINTMENT_GIVE, code)
    scope.require(Permission.TEAM_MANAGE, code)
    fields = rows.fields_of(reading.read(data, file_name))
    for old in WorkerList.objects.filter(
        inside(), status=WorkerList.Status.READ, made_at__lt=at - WAITS
    ):
        _close(old, WorkerList.Status.GIVEN_UP, at)
    return WorkerList.objects.create(
        place=code,
        level=Level(level),
        file_name=file_name[:200],
        rows=secrets.encrypt(json.dumps(fields, ensure_ascii=False), about=queries.ABOUT),
        n_rows=len(fields),
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def put_in_force(*, list_id: UUID, by: User, at: datetime) -> tuple[Handed, ...]:
    """Do all that a list says, or nothing; what the holders of new accounts are handed.

    Raises :class:`~kapok.errors.Refused` while one of its rows is wrong.
    """
    stored = _waiting(list_id)
    found = queries.preview(list_id, by=by, at=at)
    if found is None or found.n_wrong:
        raise Refused(_("The list still has wrong rows. Correct the file and bring it again."))
    plan = found.plan
    made = access.make_accounts(wanted=plan.accounts)
    names = {row.username for _key, row in plan.workers} | {
        key for key, _asked in plan.appointments
    }
    accounts = access.accounts_named(names)
    _keep(plan, accounts, stored.place, by=by, at=at)
    given = access.appoint_many(
        asked=[
            access.Asked(**{**vars(asked), "account": accounts[key].pk})
            for key, asked in plan.appointments
        ],
        reason=stored.file_name,
        by=by,
        at=at,
    )
    for ends_at in {ends_at for _key, ends_at in plan.ends}:
        keys = [key for key, end in plan.ends if end == ends_at]
        access.change_end(appointment_ids=keys, ends_at=ends_at, by=by, at=at)
    _close(stored, WorkerList.Status.IN_FORCE, at)
    look(Look.Action.CHANGE, [user.pk for user in accounts.values()], place=stored.place)
    roles = {row.account_id: access.label_of(row.role) for row in given}
    return tuple(
        Handed(str(user), user.username, roles.get(user.pk, ""), access.set_up_path(user))
        for user in made
    )


@transaction.atomic
def give_up_list(*, list_id: UUID, by: User, at: datetime) -> WorkerList:
    """Forget a list that is not in force, its rows with it."""
    stored = _waiting(list_id)
    _close(stored, WorkerList.Status.GIVEN_UP, at)
    return stored


def _keep(
    plan: queries.Plan, accounts: dict[str, User], place: int, *, by: User, at: datetime
) -> None:
    keep_workers(
        known=[
            Known(
                account=accounts[key].pk,
                place=place,
                kind=row.kind,
                employer=row.employer or None,
                phone=row.phone or None,
                skills=row.skills or None,
            )
            for key, row in plan.workers
        ],
        by=by,
        at=at,
    )


def _waiting(list_id: UUID) -> WorkerList:
    stored = WorkerList.objects.select_for_update().filter(pk=list_id).first()
    if stored is None:
        raise NotAllowed(_("This list lies outside your places, or is no longer."))
    if stored.status != WorkerList.Status.READ:
        raise Refused(
            _("The list “%(name)s” is “%(status)s” already.")
            % {"name": stored.file_name, "status": stored.get_status_display()}
        )
    return stored


def _close(stored: WorkerList, status: str, at: datetime) -> None:
    stored.status, stored.rows, stored.closed_at = status, None, at
    stored.save(update_fields=["status", "rows", "closed_at"])
