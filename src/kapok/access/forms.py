"""Forms about who somebody is."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.access import phones
from kapok.errors import Refused


class SignIn(LoginForm):
    """Name of the account and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Name of the account")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # the labels stay when one types
            field.help_text = ""
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


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
