"""Forms about who somebody is."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.forms import LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.access import phones
from kapok.access.second_factor import is_shut_out
from kapok.errors import Refused


class SignIn(LoginForm):
    """Name of the account and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name of the account")
        for field in self.fields.values():
            field.help_text = ""
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    def clean(self) -> dict[str, Any] | None:
        """Who it is; a demo account is told why it opens nothing here."""
        cleaned = super().clean()
        if self.user is not None and is_shut_out(self.user):
            raise account_adapter().validation_error("demo_account")
        return cleaned


# What the parser of passkeys raises on answers that no device gave.
NO_PASSKEY = (AttributeError, IndexError, KeyError, TypeError, ValueError, struct.error)


class AddPasskey(webauthn.AddWebAuthnForm):
    """A new passkey; an answer that no device gave is refused."""

    def clean(self) -> dict[str, Any]:
        """The name, and what the device answered."""
        with _nonsense_refused():
            return super().clean()


class UsePasskey(webauthn.AuthenticateWebAuthnForm):
    """A passkey as second factor."""

    def clean_credential(self) -> Any:
        """The passkey that the device used."""
        with _nonsense_refused():
            return super().clean_credential()


class ConfirmByPasskey(UsePasskey, webauthn.ReauthenticateWebAuthnForm):
    """A passkey, to confirm that it is still the same person."""


class SignInByPasskey(UsePasskey, webauthn.LoginWebAuthnForm):
    """A passkey instead of name and password."""


@contextmanager
def _nonsense_refused() -> Iterator[None]:
    try:
        yield
    except forms.ValidationError:
        raise
    except NO_PASSKEY as error:
        raise get_adapter().validation_error("incorrect_code") from error


class Phone(forms.Form):
    """A telephone number, turned into its one way of writing."""

    phone = forms.CharField(
        label=_("Telephone number"),
        max_length=30,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean_phone(self) -> str:
        """The canonical number."""
        try:
            return phones.canonical(self.cleaned_data["phone"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class Code(forms.Form):
    """The code that was sent."""

    code = forms.CharField(
        label=_("Code from the message"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
