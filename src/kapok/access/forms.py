"""Forms about who somebody is."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignIn(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": _(
            "This name and password do not belong together. Check capital letters and try again."
        ),
        "inactive": _(
            "This account is closed. Ask the person who looks after Kapok for a new one."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
            if self.is_bound and self.errors:
                field.widget.attrs["class"] += " is-invalid"
                field.widget.attrs["aria-describedby"] = "sign-in-error"
