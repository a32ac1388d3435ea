"""Forms of the pages of packs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ROWS = 30


class Plain(forms.Form):
    """A form in the look of Kapok."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-control")


class Draft(Plain):
    """The text of a pack."""

    text = forms.CharField(
        label=_("The pack, in YAML"),
        max_length=1_000_000,
        strip=False,
        widget=forms.Textarea(
            {"rows": ROWS, "class": "form-control pack-text", "spellcheck": "false", "wrap": "off"}
        ),
    )
    note = forms.CharField(
        label=_("What is new in it, in a few words"), max_length=200, required=False
    )


class Moment(forms.SplitDateTimeField):
    """A day and a time of day, with the browser's own pickers."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "class": "form-control"},
            time_attrs={"type": "time", "class": "form-control"},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )
        super().__init__(widget=widget, **kwargs)


class PutInForce(Plain):
    """From when a draft holds; without a moment, from now on."""

    valid_from = Moment(label=_("From (empty: from now on)"), required=False)


class End(Plain):
    """Until when a pack holds; without a moment, until now."""

    ends_at = Moment(label=_("Until (empty: until now)"), required=False)
