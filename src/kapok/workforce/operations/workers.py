"""What is kept of workers, and what they themselves say: I agree, I have read the risks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.workforce.models import Briefing, BriefingRead, Worker
from kapok.workforce.queries.scoped import kept_anywhere
from kapok.workforce.skills import SKILLS
from kapok.workforce.telephones import encrypted, phone_of


@dataclass(frozen=True)
class Known:
    """What is to be kept of one worker. ``place`` keeps the file; ``None`` leaves what is there."""

    account: UUID
    place: int
    kind: str
    employer: str | None = None
    phone: str | None = None
    skills: tuple[str, ...] | None = None
    is_adult: bool | None = None
    insurance: str | None = None
    insured_until: date | None = None


@transaction.atomic
def keep_workers(*, known: Iterable[Known], by: User | None, at: datetime) -> list[Worker]:
    """Write down workers, or change what is written; for whoever manages teams at the place.

    Raises :class:`~kapok.errors.Refused` where somebody's file is kept elsewhere.
    """
    wanted = {one.account: one for one in known}
    for one in wanted.values():
        scope.require(Permission.TEAM_MANAGE, one.place)
        _refuse_odd(one)
    rows = {
        row.account_id: row
        for row in Worker.objects.select_for_update().filter(account__in=wanted).order_by("pk")
    }
    elsewhere = kept_anywhere(wanted) - set(rows)
    if elsewhere:
        names = User.objects.filter(pk__in=elsewhere).values_list("username", flat=True)
        raise Refused(
            _("These accounts are kept by another area: %(names)s. Ask its lead to appoint them.")
            % {"names": ", ".join(sorted(names))}
        )
    new = []
    for account, one in wanted.items():
        row = rows.get(account)
        if row is None:
            row = Worker(account_id=account, place=one.place, made_by=by, made_at=at)
            new.append(row)
        _fill(row, one)
    Worker.objects.bulk_create(new)
    Worker.objects.bulk_update(
        rows.values(),
        ["kind", "employer", "phone", "skills", "is_adult", "insurance", "insured_until"],
    )
    return [*rows.values(), *new]


@transaction.atomic
def agree(*, by: User, at: datetime) -> Worker:
    """A volunteer agrees, of their own free will; nobody can do it for them."""
    worker = Worker.objects.select_for_update().filter(account=by).first()
    if worker is None:
        raise Refused(_("No worker's file is kept of you. Ask your lead to write you down."))
    if worker.agreed_at is None:
        worker.agreed_at = at
        worker.save(update_fields=["agreed_at"])
    return worker


@transaction.atomic
def read_briefing(*, briefing_id: UUID, by: User, at: datetime) -> BriefingRead:
    """Somebody says that they read and understood a briefing."""
    briefing = Briefing.objects.filter(pk=briefing_id).first()
    if briefing is None:
        raise NotAllowed(_("This text is no longer. Load the page anew."))
    read, _made = BriefingRead.objects.get_or_create(
        briefing=briefing, account=by, defaults={"place": briefing.place, "read_at": at}
    )
    return read


def _refuse_odd(one: Known) -> None:
    unknown = [skill for skill in one.skills or () if skill not in SKILLS]
    if unknown:
        raise Refused(_("There is no skill “%(skill)s”.") % {"skill": unknown[0]})
    if one.insured_until and not one.insurance:
        raise Refused(_("Name the insurer and the policy that holds until that day."))


def _fill(row: Worker, one: Known) -> None:
    row.kind = one.kind
    if one.phone is not None and one.phone != phone_of(row):
        row.phone = encrypted(one.phone)
    if one.insurance is not None:
        row.insurance, row.insured_until = one.insurance, one.insured_until
    if one.skills is not None:
        row.skills = sorted(set(one.skills))
    if one.employer is not None:
        row.employer = one.employer
    if one.is_adult is not None:
        row.is_adult = one.is_adult
