"""Names for codes and keys: of places, which the app above knows, and of accounts."""

from collections.abc import Callable, Iterable
from uuid import UUID

from kapok.access.models import Appointment, User
from kapok.access.roles import ROLES
from kapok.access.scope import EVERYWHERE

Namer = Callable[[set[int]], dict[int, str]]
NAMERS: list[Namer] = []


def provide_places(namer: Namer) -> None:
    """Say who knows the names of places; called once, when the app of places starts."""
    NAMERS[:] = [namer]


def places(codes: Iterable[int | None]) -> dict[int, str]:
    """The name of each place; of an unknown one its code."""
    wanted = {code for code in codes if code is not None}
    known = NAMERS[0](wanted) if NAMERS and wanted else {}
    return {code: known.get(code) or str(code) for code in wanted} | {EVERYWHERE[0][0]: "–"}


def accounts(keys: Iterable[UUID | None]) -> dict[UUID, str]:
    """The name of each account."""
    found = User.objects.filter(pk__in={key for key in keys if key})
    return {user.pk: str(user) for user in found}


def role(code: str) -> str:
    """A role as people call it."""
    return str(ROLES[code].label) if code in ROLES else code


def areas(appointment: Appointment | None) -> list[tuple[int, str, str]]:
    """The areas of an appointment, as given: code, level, name."""
    return [(code, level, name) for code, level, name in appointment.areas] if appointment else []
