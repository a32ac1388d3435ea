"""People at work in the small town: a lead, workers, a volunteer, a post."""

from datetime import timedelta

from tests import factories, small_town
from tests.factories import NOON
from tests.small_town import RIVERSIDE, STREET

from kapok.access.scope import acting, for_purpose, of_account, of_appointment
from kapok.codes import Level
from kapok.places.models import Area
from kapok.workforce import models, operations

PURPOSE = "running_the_service"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
YEAR = 365 * DAY


def load():
    """The small town with grids in force, and the lead of its street."""
    small_town.load()
    small_town.publish(small_town.draw())
    return lead("street_command", STREET)


def lead(role, place, **more):
    """Somebody with a role over a place."""
    return factories.Appointment(
        role=role, place=place, account=factories.User(name=f"负责人{role}"), **more
    )


def as_(appointment, at=NOON):
    """Acting as somebody for the purpose of running the service."""
    return acting(of_appointment(appointment, at=at, purpose=PURPOSE))


def grids():
    """Codes of the grids in force."""
    found = Area.objects.filter(level=Level.GRID, valid_to=None)
    return sorted(found.values_list("code", flat=True))


def worker(place, *, name="李娜", kind="FULL_TIME", username=None, **fields):
    """A worker with a file kept by a place."""
    account = factories.User(name=name, **({"username": username} if username else {}))
    with factories.as_owner_of_rows():
        return models.Worker.objects.create(
            account=account, place=place, kind=kind, made_at=NOON, **fields
        )


def volunteer(place, **fields):
    """A volunteer who may serve everywhere, but for what is said otherwise."""
    fit = {
        "agreed_at": NOON - DAY,
        "is_adult": True,
        "insurance": "平安 0001",
        "insured_until": (NOON + YEAR).date(),
    }
    return worker(place, kind="VOLUNTEER", **(fit | fields))


def post(place, name="东门卡口", **fields):
    """A post."""
    with factories.as_owner_of_rows():
        return models.Post.objects.create(place=place, name=name, made_at=NOON, **fields)


def keeper(name="王小明", *, role="gate_keeper", place=RIVERSIDE):
    """Somebody who stands at gates of a place: an appointment."""
    return factories.Appointment(role=role, place=place, account=factories.User(name=name))


def shift(who=None, start=24, hours=8, **fields):
    """A shift of somebody (or an open seat) that starts so many hours after the noon of all."""
    starts_at = NOON + start * HOUR
    usual = {"place": RIVERSIDE, "post": "东门卡口", "made_at": NOON}
    with factories.as_owner_of_rows():
        return models.Shift.objects.create(
            account=getattr(who, "account", who),
            starts_at=starts_at,
            ends_at=starts_at + hours * HOUR,
            **(usual | fields),
        )


def offer(who, shift, to=None):
    """An offer of a shift to somebody, or to everybody."""
    with factories.as_owner_of_rows():
        return models.SwapOffer.objects.create(
            shift=shift,
            place=shift.place,
            account=who.account,
            to=getattr(to, "account", None),
            offered_at=NOON,
        )


def seen(row):
    """A row as it is in the database, whoever may see it."""
    with factories.as_owner_of_rows():
        return type(row).objects.get(pk=row.pk)


def at_work(appointment, at=NOON):
    """Acting as a worker does: without a purpose."""
    return acting(of_appointment(appointment, at=at))


def here(account, at=NOON):
    """Acting as somebody who has no appointment."""
    return acting(of_account(account.pk, at=at))


def arrive(account, post, at=NOON):
    """Somebody checks in at a post; their entry."""
    with here(account, at):
        return operations.check_in(post_id=post.pk, by=account, at=at)


def leave(account, post, at):
    """Somebody checks out of a post; their entry."""
    with here(account, at):
        return operations.check_out(post_id=post.pk, by=account, at=at)


__all__ = [
    "arrive",
    "as_",
    "at_work",
    "for_purpose",
    "grids",
    "here",
    "keeper",
    "lead",
    "leave",
    "load",
    "offer",
    "post",
    "seen",
    "shift",
    "volunteer",
    "worker",
]
