"""What every page shows: the look that a visitor chose, and whether the account is for trying."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from kapok.access.models import Appointment
from kapok.access.roles import ROLES, Permission
from kapok.access.second_factor import is_let_off

THEME_COOKIE = "kapok_theme"
THEMES = ("light", "dark")
MEETS_PEOPLE = {Permission.PERSON_VIEW, Permission.REGISTER_COUNT, Permission.REQUEST_ANSWER}
MEETS_MATTERS = {Permission.MATTER_VIEW, Permission.MATTER_COUNT}
ONE_YEAR_S = 365 * 24 * 3600


def theme(request: HttpRequest) -> dict[str, str]:
    """Context processor: the chosen theme, or nothing while the system's own setting rules."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": chosen if chosen in THEMES else ""}


@dataclass(frozen=True)
class Post:
    """An appointment as the header shows it: what, and where."""

    id: str
    role: str
    where: str
    meets_people: bool = False  # whether pages about people hold anything for it
    meets_matters: bool = False  # whether the queue or the board does
    meets_programs: bool = False  # whether it makes keys for other programs

    def __str__(self) -> str:
        return f"{self.role} · {self.where}"


def posts(request: HttpRequest) -> dict[str, Any]:
    """Context processor: as what and where this request acts, and what it may switch to."""
    chosen = getattr(request, "appointment", None)
    held = getattr(request, "appointments", [])
    return {"post": _post(chosen) if chosen else None, "posts": [_post(each) for each in held]}


def _post(appointment: Appointment) -> Post:
    names = [name for _code, _level, name in appointment.areas]
    where = "、".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")
    role = ROLES[appointment.role]
    return Post(
        str(appointment.pk),
        str(role.label),
        where,
        meets_people=bool(role.grants & MEETS_PEOPLE),
        meets_matters=bool(role.grants & MEETS_MATTERS),
        meets_programs=Permission.ACCOUNT_MANAGE in role.grants,
    )


def demo(request: HttpRequest) -> dict[str, bool]:
    """Context processor: whether pages say that this is a demo account without second factor."""
    user = getattr(request, "user", None)
    return {"is_demo_account": user is not None and is_let_off(user)}
