"""Helpers act for a household without a telephone: with consent, for a purpose, for some days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.phones import phone_index
from kapok.access.roles import Permission
from kapok.access.scope import acting
from kapok.errors import Refused
from kapok.matters.queries.addresses import Asked, named
from kapok.portal import homes
from kapok.portal.models import Deed, Mandate
from kapok.portal.queries.doorways import Here, of_community
from kapok.portal.taking import taking

MOST = 3  # households that one telephone acts for at a time
LONGEST_DAYS = 14
OLDEST = timedelta(days=30)


class Unplaced(Refused):
    """The home names no building of the community, so nobody would find it."""


@dataclass(frozen=True)
class Consent:
    """What the helper wrote down of the consent.

    ``building`` was chosen from the list, where the home as it was written names none.
    """

    helper: str
    home: str
    given_by: str
    how: str
    given_at: datetime
    uses: Sequence[str]
    days: int
    building: UUID | None = None


@dataclass(frozen=True)
class ActingFor:
    """A mandate in force, as the forms need it."""

    id: UUID
    place: int
    home: str
    given_by: str
    helper: str
    uses: tuple[str, ...]
    ends_at: datetime


def record(*, here: Here, phone: str, consent: Consent, at: datetime) -> UUID:
    """Write a consent down. Raises ``Refused`` with what is missing or too much."""
    home = homes.written(consent.home)
    _refuse_incomplete(consent, at)
    index = phone_index(phone)
    with acting(taking(at=at)):
        home, place = _placed(here, home, consent.building)
        held = _in_force(at).filter(phone_index=index)
        if len(held) >= MOST:
            raise Refused(
                _(
                    "One telephone acts for at most %(most)s households at a time. End one that is "
                    "no longer needed, or ask your building representative or grid worker."
                )
                % {"most": MOST}
            )
        at_home = homes.index(here.community, home)
        if any(bytes(each.home_index) == at_home for each in held):
            raise Refused(_("You act for this home already. End that first to change it."))
        if place is None:
            raise Unplaced(
                _(
                    "No building of this community is called so. Choose the building, or write its "
                    "name as its plate says it."
                )
            )
        made = Mandate.objects.create(
            place=place,
            phone=secrets.encrypt(phone, about="phone"),
            phone_index=index,
            helper=secrets.encrypt(consent.helper.strip()[:60], about="name"),
            home=secrets.encrypt(home, about="home"),
            home_index=at_home,
            given_by=secrets.encrypt(consent.given_by.strip()[:60], about="name"),
            how=consent.how,
            uses=[use for use in Mandate.Use.values if use in consent.uses],
            given_at=consent.given_at,
            made_at=at,
            ends_at=at + timedelta(days=consent.days),
        )
    return made.pk


def _placed(here: Here, home: str, chosen: UUID | None) -> tuple[str, int | None]:
    """The home with its building, and the grid that it lies in; ``None`` where it names none.

    Where no building of a community is known, the home lies where its address was read.
    """
    [found] = named([Asked(here.community, home)])
    if found is not None:
        return home, found.place
    buildings = of_community(here.community)
    building = buildings.filter(pk=chosen).first() if chosen else None
    if building is not None:
        return homes.written(f"{building.name} {home}"), building.place
    return home, None if buildings.exists() else here.place


def _refuse_incomplete(consent: Consent, at: datetime) -> None:
    if not consent.helper.strip():
        raise Refused(_("Write your own name: the community must know who acts."))
    if not consent.given_by.strip():
        raise Refused(_("Write who of the household agreed."))
    if consent.how not in Mandate.How.values:
        raise Refused(_("Say how they agreed."))
    if not set(consent.uses) & set(Mandate.Use.values):
        raise Refused(_("Say what you may do for them."))
    if not 1 <= consent.days <= LONGEST_DAYS:
        raise Refused(
            _("It holds for at most %(days)s days; after that ask them again.")
            % {"days": LONGEST_DAYS}
        )
    if not at - OLDEST <= consent.given_at <= at:
        raise Refused(_("Say when they agreed: today, or within the last 30 days."))


def end(*, mandate: UUID, phone: bytes, at: datetime) -> None:
    """The helper ends it; what was done stays on record."""
    with acting(taking(at=at)):
        _in_force(at).filter(pk=mandate, phone_index=phone).update(
            ended_at=at, ended_as=Mandate.End.HELPER
        )


def end_for(*, mandate: UUID, by: UUID | None, at: datetime) -> None:
    """The community ends it, such as when the household asks for that."""
    found = Mandate.objects.filter(pk=mandate).first()
    if found is None:
        raise Refused(_("This consent is not here any more."))
    scope.require(Permission.PERSON_EDIT, found.place)
    with transaction.atomic():
        Mandate.objects.filter(pk=mandate, ended_at=None).update(
            ended_at=at, ended_as=Mandate.End.COMMUNITY
        )


def in_use(*, mandate: UUID, phone: bytes, use: str, here: Here, at: datetime) -> ActingFor:
    """A mandate that a helper wants to use now. Raises ``Refused`` where it does not allow it."""
    with acting(taking(at=at)):
        row = Mandate.objects.filter(pk=mandate, phone_index=phone).first()
    if row is None:
        raise Refused(_("This telephone acts for no such household. Choose one of your own list."))
    found = shown(row)
    if row.ended_at is not None or row.ends_at <= at:
        raise Refused(_("That consent has ended. Ask the household again and write it down."))
    if found.place // 1000 != here.community // 1000:
        raise Refused(_("That household lives elsewhere. Open the page of its own community."))
    if use not in row.uses:
        raise Refused(_("The household did not agree to this. Ask it, and write it down."))
    return found


def shown(row: Mandate) -> ActingFor:
    """A row as forms need it."""
    return ActingFor(
        row.pk,
        row.place,
        secrets.decrypt(bytes(row.home), about="home"),
        secrets.decrypt(bytes(row.given_by), about="name"),
        secrets.decrypt(bytes(row.helper), about="name"),
        tuple(row.uses),
        row.ends_at,
    )


def note(*, mandate: UUID, place: int, use: str, subject: UUID, at: datetime) -> None:
    """Write down what is done under a mandate, before it is done: once for a subject, however often
    it is sent.
    """
    with acting(taking(at=at)):
        Deed.objects.get_or_create(
            pk=_deed(mandate, subject),
            defaults={
                "mandate_id": mandate, "place": place, "what": use, "subject": subject, "at": at
            },
        )  # fmt: skip


def strike(*, mandate: UUID, subject: UUID, at: datetime) -> None:
    """Take what was written down away again, since it was refused and so was not done."""
    with acting(taking(at=at)):
        Deed.objects.filter(pk=_deed(mandate, subject)).delete()


def _deed(mandate: UUID, subject: UUID) -> UUID:
    return uuid5(mandate, str(subject))


def _in_force(at: datetime) -> QuerySet[Mandate]:
    """Those that hold at a moment."""
    return Mandate.objects.filter(ended_at=None, ends_at__gt=at)
