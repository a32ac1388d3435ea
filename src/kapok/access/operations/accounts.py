"""Changes of accounts: made, set up, closed, and signed out."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from kapok.access.alarms import raise_alarm
from kapok.access.models import Alarm, User
from kapok.access.scope import acting, of_watch
from kapok.access.trace import LOCAL
from kapok.errors import Refused


@dataclass(frozen=True)
class DemoAccount:
    """An account with which a box can be tried: who it stands for, and over which place."""

    username: str
    name: str
    place: int | None


@transaction.atomic
def add_account(*, username: str, name: str) -> User:
    """Make an account that has no password yet; its set-up link lets its holder choose one.

    Raises :class:`~kapok.errors.Refused` when the name is taken or cannot be one.
    """
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(f"There is an account “{username}” already. Choose another name.")
    user = User(username=username, name=name)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        said = " ".join(str(each) for each in error.messages)
        raise Refused(f"“{username}” cannot be the name of an account: {said}") from error
    user.save()
    return user


def set_up_path(user: User) -> str:
    """The path of a page on which an account's password is chosen: once, and for three days."""
    key = default_token_generator.make_token(user)
    where = {"uidb36": user_pk_to_url_str(user), "key": key}
    return reverse("account_reset_password_from_key", kwargs=where)


@transaction.atomic
def reset_second_factor(*, account: User) -> int:
    """Take all second factors away and end all sessions; how many factors there were.

    Whoever must have one sets up a new one at the next sign-in.
    """
    n, _each = Authenticator.objects.filter(user=account).delete()
    end_sessions(account=account)
    return n


@transaction.atomic
def close_account(*, account: User) -> None:
    """Let nobody sign in with it any more, and end its sessions. What it did keeps its name."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account=account)


@transaction.atomic
def link_account(*, account: User, subject: str) -> None:
    """Let somebody of the other service, known there as ``subject``, sign in to an account.

    Raises :class:`~kapok.errors.Refused` where no service is set up, or it opens another account.
    """
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not apps:
        raise Refused("No other service is set up to sign in with. Set KAPOK_OIDC_ISSUER first.")
    link, made = SocialAccount.objects.get_or_create(
        provider=apps[0]["provider_id"], uid=subject, defaults={"user": account}
    )
    if not made and link.user_id != account.pk:
        raise Refused(f"“{subject}” opens the account “{link.user.username}” already.")


@transaction.atomic
def end_session(*, account: User, session_id: int) -> None:
    """Sign somebody out in one browser. One that is not theirs, or is over, is left alone."""
    for session in UserSession.objects.filter(user=account, pk=session_id):
        _end(session)


@transaction.atomic
def end_sessions(*, account: User, keep: str = "") -> None:
    """Sign somebody out in every browser but the one whose session has the key ``keep``."""
    for session in UserSession.objects.filter(user=account).exclude(session_key=keep):
        _end(session)


@transaction.atomic
def forget_sessions(*, at: datetime) -> int:
    """Delete the sessions that have run out, and what account pages list of them; how many."""
    n, _each = Session.objects.filter(expire_date__lt=at).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return n


def note_refused_try(*, username: str, at: datetime) -> None:
    """Raise the alarm of the day about an account that somebody goes on trying to open.

    Names that do not exist share one alarm, so that the answer takes the same work for them.
    """
    _one_more(User.objects.filter(username__iexact=username).first(), at)


def note_spent_code(*, at: datetime) -> None:
    """Raise the alarm of the day about residents' codes that were tried until none was left."""
    _one_more(None, at)


def _one_more(account: User | None, at: datetime) -> None:
    key, place = (account.pk, account.place) if account else (None, None)
    day = at.astimezone(LOCAL).date()
    with acting(of_watch(at=at)):
        known = Alarm.objects.filter(kind=Alarm.Kind.SIGN_IN, account=key, day=day).first()
        n = known.n + 1 if known else 1
        raise_alarm(kind=Alarm.Kind.SIGN_IN, account=key, place=place, n=n, day=day, at=at)


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


def _end(session: UserSession) -> None:
    import_module(settings.SESSION_ENGINE).SessionStore(session.session_key).delete()
    session.delete()
