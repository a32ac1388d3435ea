"""Forms of the pages of packs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ROWS = 30
MOST_LETTERS = 1_000_000


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
        max_length=MOST_LETTERS,
        required=False,
        strip=False,
        widget=forms.Textarea(
            {"rows": ROWS, "class": "form-control pack-text", "spellcheck": "false", "wrap": "off"}
        ),
    )
    file = forms.FileField(
        label=_("Or a file in YAML, which then stands in the place of the text"),
        required=False,
        max_length=200,
        widget=forms.ClearableFileInput(
            {"class": "form-control", "accept": ".yaml,.yml,application/yaml,text/yaml"}
        ),
    )
    note = forms.CharField(
        label=_("What is new in it, in a few words"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        """The text of the file, where there is one; the page shows it again when it has faults."""
        found = super().clean() or self.cleaned_data
        file = found.get("file")
        if file is not None:
            if file.size > MOST_LETTERS:
                raise forms.ValidationError({"file": _("A pack has at most 1 MB.")})
            try:
                found["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                raise forms.ValidationError(
                    {"file": _("This is no text in UTF-8. Save it as UTF-8 and send it again.")}
                ) from None
        if not found.get("text", "").strip() and "text" not in self.errors:
            raise forms.ValidationError({"text": _("Write the pack here, or choose its file.")})
        return found

    def show_text(self) -> None:
        """Show in the page what was read of the file."""
        self.data = {**self.data.dict(), self.add_prefix("text"): self.cleaned_data["text"]}  # type: ignore[attr-defined]


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
