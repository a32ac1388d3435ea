"""What Kapok decides differently from django-allauth."""

import base64
import io
import unicodedata
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from kapok.access import operations, residents, secrets
from kapok.access.waiting import wait_min

TOTP = "second factor"


class Accounts(DefaultAccountAdapter):
    """Nobody signs up, and whoever failed too often is told how long to wait."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "This name and password do not belong together. Check capital letters and try again."
        ),
        "incorrect_password": _("This is not your password. Check capital letters and try again."),
        "incorrect_code": _(
            "This code is not right, or it was used already. Wait for the next one and type it."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators make the accounts."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try; refuse it, without looking at the password, after too many failures."""
        self.tried = credentials["username"]
        super().pre_authenticate(request, **credentials)

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """A refusal with its sentence; where one must wait, for how long, and with an alarm."""
        if code not in {"too_many_login_attempts", "rate_limited"}:
            return super().validation_error(code, *args)
        key, username = self._counted()
        operations.note_refused_try(username=username, at=timezone.now())
        minutes = wait_min(context.request, key=key)
        sentence = ngettext(
            "Too many failed tries for this account or from this address. "
            "Wait %(minutes)s minute, then try again.",
            "Too many failed tries for this account or from this address. "
            "Wait %(minutes)s minutes, then try again.",
            minutes,
        )
        return ValidationError(sentence % {"minutes": minutes}, code=code)

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session of an account; one of a resident in the same browser ends."""
        residents.forget(request)
        super().login(request, user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account page."""
        return reverse("account")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """What failures are counted under: the name, however it is written.

        Not the name of the box beside it, which is what the browser says it is.
        """
        name = unicodedata.normalize("NFKC", credentials["username"].strip())
        return f"name:{name.upper().casefold()}"

    def _counted(self) -> tuple[str, str]:
        """What the failures were counted under, and the name of the account that is tried."""
        if hasattr(self, "tried"):
            key = self._get_login_attempts_cache_key(context.request, username=self.tried)
            return key, self.tried
        stage = getattr(context.request, "_login_stage", None)
        user = stage.login.user if stage else context.request.user
        return f"mfa-auth-user-{user.pk}", user.username  # a code


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors are encrypted, and their picture is drawn by segno."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": Accounts.error_messages["incorrect_code"]
    }

    def get_totp_label(self, user: Any) -> str:
        """The name of the account, as it stands in the authenticator app."""
        return user.username

    def build_totp_svg(self, url: str) -> str:
        """The QR code, black on white whatever the look of the page."""
        picture = io.BytesIO()
        segno.make(url, error="m").save(picture, kind="svg", scale=5, light="white", border=3)
        return picture.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Encrypt a secret with the box's key, which is not in the database."""
        return base64.b64encode(secrets.encrypt(text, about=TOTP)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret."""
        return secrets.decrypt(base64.b64decode(encrypted_text), about=TOTP)

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        """What a passkey is called until its holder finds a better name."""
        n = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": n + 1}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """How devices name Kapok when they keep a passkey for it."""
        return super().get_public_key_credential_rp_entity() | {"name": "Kapok"}


def sign_out_elsewhere(request: HttpRequest, user: Any, **_more: Any) -> None:
    """End the other sessions of an account whose holder adds a second factor.

    They began without it, perhaps by somebody who had learnt the password.
    """
    operations.end_sessions(account=user, keep=request.session.session_key or "")


class OtherServices(DefaultSocialAccountAdapter):
    """Accounts of another service open only the account that they were linked to before.

    The link is by issuer and ``sub``, the one claim that OpenID Connect promises never to give to
    somebody else. Addresses of e-mail and names are given anew when people leave, so neither is
    looked at, verified or not.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """An account that nobody linked opens nothing."""
        return False

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        """Back to the account page."""
        return reverse("account")
