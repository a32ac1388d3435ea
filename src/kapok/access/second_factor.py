"""Who must have a second factor, and who has one."""

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from kapok.access.models import Appointment, User
from kapok.access.roles import ROLES
from kapok.access.scope import held_by


def second_factor_is_required(user: User, *, at: datetime) -> bool:
    """Whether somebody holds a role for which a password alone is not enough.

    A demo account is let off while the box is one for trying: its password is printed where Kapok
    was started, and its data is made up.
    """
    return not is_let_off(user) and any_needs_second_factor(held_by(user, at=at))


def any_needs_second_factor(held: Iterable[Appointment]) -> bool:
    """Whether one of the appointments is of a role for which a password alone is not enough."""
    return any(ROLES[each.role].needs_second_factor for each in held)


def is_let_off(user: User | AnonymousUser) -> bool:
    """Whether this is a demo account on a demo box."""
    return bool(settings.DEMO and getattr(user, "is_demo", False))


def is_shut_out(user: User | AnonymousUser | AbstractBaseUser) -> bool:
    """Whether this is a demo account where other machines come in: it opens nothing there."""
    return bool(settings.IS_BEYOND and getattr(user, "is_demo", False))


def has_second_factor(user: User) -> bool:
    """Whether somebody has an authenticator app or a passkey; recovery codes alone are none."""
    real = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user=user, type__in=real).exists()
