"""What the account page shows."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.second_factor import is_let_off, second_factor_is_required

# What a browser says of itself, the first that fits; several claim to be Safari or Chrome as well.
BROWSERS = {
    "MicroMessenger": "WeChat",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "OpenHarmony": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Passkey:
    """A passkey of an account."""

    pk: int
    name: str
    made_at: datetime
    used_at: datetime | None
    opens_alone: bool  # also without name and password


@dataclass(frozen=True)
class Session:
    """A browser in which somebody is signed in."""

    pk: int
    device: str
    address: str
    begun_at: datetime
    is_this: bool


@dataclass(frozen=True)
class Factors:
    """The second factors of an account."""

    has_app: bool
    passkeys: list[Passkey]
    has_codes: bool
    n_codes: int
    is_required: bool
    is_let_off: bool

    @property
    def has_any(self) -> bool:
        """Whether there is one at all."""
        return self.has_app or bool(self.passkeys)


@dataclass(frozen=True)
class Account:
    """All that the account page shows."""

    name: str
    username: str
    has_password: bool
    factors: Factors
    sessions: list[Session]
    service: str  # the other service that may open accounts here; empty where there is none
    service_id: str
    is_linked: bool


def account(user: User, *, session_key: str, at: datetime) -> Account:
    """An account, as its holder sees it."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return Account(
        name=str(user),
        username=user.username,
        has_password=user.has_usable_password(),
        factors=factors(user, at=at),
        sessions=sessions(user, session_key=session_key),
        service=apps[0]["name"] if apps else "",
        service_id=apps[0]["provider_id"] if apps else "",
        is_linked=SocialAccount.objects.filter(user=user).exists(),
    )


def factors(user: User, *, at: datetime) -> Factors:
    """The second factors of an account."""
    kept = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = [each.wrap() for each in kept if each.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        has_app=any(each.type == Authenticator.Type.TOTP for each in kept),
        passkeys=[_passkey(each) for each in kept if each.type == Authenticator.Type.WEBAUTHN],
        has_codes=bool(codes),
        n_codes=len(codes[0].get_unused_codes()) if codes else 0,
        is_required=second_factor_is_required(user, at=at),
        is_let_off=is_let_off(user),
    )


def sessions(user: User, *, session_key: str) -> list[Session]:
    """Where somebody is signed in: this browser first, then the latest."""
    alive = UserSession.objects.purge_and_list(user)
    found = [
        Session(
            pk=each.pk,
            device=device(each.user_agent),
            address=each.ip,
            begun_at=each.created_at,
            is_this=each.session_key == session_key,
        )
        for each in alive
    ]
    return sorted(found, key=lambda each: (not each.is_this, -each.begun_at.timestamp()))


def device(user_agent: str) -> str:
    """A browser and its system in words, such as ``Firefox, Windows``."""
    known = (
        next((name for mark, name in table.items() if mark in user_agent), "")
        for table in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, known)) or _("Unknown device")


def _passkey(kept: Authenticator) -> Passkey:
    key = kept.wrap()
    return Passkey(kept.pk, key.name, kept.created_at, kept.last_used_at, bool(key.is_passwordless))
