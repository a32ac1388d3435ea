"""Changes of accounts."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from kapok.access.models import User


@dataclass(frozen=True)
class DemoAccount:
    """An account with which a box can be tried: who it stands for, and over which place."""

    username: str
    name: str
    place: int | None


@transaction.atomic
def make_demo_accounts(accounts: Iterable[DemoAccount]) -> None:
    """Make the demo accounts that are not there, each marked as such and with its password."""
    for account in accounts:
        user, _made = User.objects.get_or_create(
            username=account.username,
            defaults={"name": account.name, "place": account.place, "is_demo": True},
        )
        if user.is_demo:
            _set_password(user)


@transaction.atomic
def open_demo_accounts() -> list[tuple[User, str]]:
    """The demo accounts that may sign in, with their passwords, which are set again if need be.

    The passwords follow from the box's secret key: each box has its own, and none is stored. An
    account that was made inactive, or is no longer marked as demo, stays as it is.
    """
    users = list(User.objects.filter(is_demo=True, is_active=True).order_by("date_joined"))
    for user in users:
        if not user.check_password(demo_password(user.username)):
            _set_password(user)
    return [(user, demo_password(user.username)) for user in users]


def demo_password(username: str) -> str:
    """The password of a demo account on this box, such as ``k3vw-7qpa-mz2d``."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo:{username}".encode(), hashlib.sha256)
    letters = base64.b32encode(digest).decode().lower()
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def _set_password(user: User) -> None:
    user.set_password(demo_password(user.username))
    user.save(update_fields=["password"])
