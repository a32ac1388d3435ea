"""What a telephone did at the online home."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.timezone import localtime

from kapok.access import secrets
from kapok.access.scope import acting
from kapok.codes import community_of
from kapok.doors.operations import tracking
from kapok.doors.queries.tracked import Tracked, by_phone
from kapok.matters.models import Matter
from kapok.matters.queries import labels
from kapok.matters.queries.addresses import Asked, named
from kapok.portal.models import Deed, Mandate, SelfReport
from kapok.portal.operations import calling_back
from kapok.portal.operations.mandates import ActingFor, shown
from kapok.portal.taking import taking

MOST = 30


@dataclass(frozen=True)
class Said:
    """A self-report: when, for which home, whether somebody was to call.

    Attributes
    ----------
    kept_days
        For how many days after it was settled the request of that call keeps what was said.
    """

    key: UUID
    at: datetime
    home: str
    is_called: bool
    kept_days: int = 0


@dataclass(frozen=True)
class Request:
    """A request: what for, and for which household where a helper asked."""

    report: Tracked
    about: str
    home: str


@dataclass(frozen=True)
class Helping:
    """A mandate with how often it was used."""

    mandate: ActingFor
    n_deeds: int
    is_placed: bool = True  # whether the address names a building of the community


def requests(phone: bytes, *, at: datetime) -> tuple[Request, ...]:
    """The requests of a telephone, newest first."""
    with acting(tracking.reporter(at=at)):
        reports = by_phone(phone, at=at)
        rows = Matter.objects.filter(
            pk__in=[each.id for each in reports], reports__phone_index=phone
        ).values_list("pk", "pack", "kind", "reports__answers")
        about = {
            key: labels.about(labels.kind_of(pack, kind), said) for key, pack, kind, said in rows
        }
    homes = _helped(phone, at)
    return tuple(Request(each, about.get(each.id, ""), homes.get(each.id, "")) for each in reports)


def _helped(phone: bytes, at: datetime) -> dict[UUID, str]:
    """The homes of other households that something was asked or reported for, by matter."""
    with acting(taking(at=at)):
        deeds = Deed.objects.filter(mandate__phone_index=phone, what=Mandate.Use.HELP)
        homes = {key: bytes(home) for key, home in deeds.values_list("subject", "mandate__home")}
        said = SelfReport.objects.filter(phone_index=phone).exclude(mandate=None)
        homes |= {key: bytes(home) for key, home in said.values_list("matter", "home") if key}
    return {key: secrets.decrypt(home, about="home") for key, home in homes.items()}


def self_reports(phone: bytes, *, at: datetime) -> tuple[Said, ...]:
    """The self-reports of a telephone, newest first."""
    with acting(taking(at=at)):
        rows = list(SelfReport.objects.filter(phone_index=phone)[:MOST])
    return tuple(
        Said(
            row.key,
            localtime(row.made_at),
            secrets.decrypt(bytes(row.home), about="home"),
            row.matter is not None,
            calling_back.kept_days(row.place, at=at) if row.matter is not None else 0,
        )
        for row in rows
    )


def held_by(phone: bytes, *, at: datetime) -> tuple[Helping, ...]:
    """The mandates of a telephone that hold."""
    with acting(taking(at=at)):
        rows = Mandate.objects.filter(phone_index=phone, ended_at=None, ends_at__gt=at)
        held = [Helping(shown(row), row.n_deeds) for row in rows.annotate(n_deeds=Count("deeds"))]
        homes = [Asked(community_of(each.mandate.place), each.mandate.home) for each in held]
        return tuple(
            replace(each, is_placed=building is not None)
            for each, building in zip(held, named(homes), strict=True)
        )
