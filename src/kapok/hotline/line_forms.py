"""Forms of the pages of lines and of what follows calls; the operations decide what may be."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.errors import Refused
from kapok.hotline import opening
from kapok.hotline.drafts import Draft
from kapok.hotline.operations import lines
from kapok.hotline.workflow import LineKind
from kapok.packs.page_forms import Plain

SELECT = {"class": "form-select"}
CHECK = {"class": "form-check-input"}
LONG = {
    "1": _("Monday"),
    "2": _("Tuesday"),
    "3": _("Wednesday"),
    "4": _("Thursday"),
    "5": _("Friday"),
    "6": _("Saturday"),
    "7": _("Sunday"),
}


class LineForm(Plain):
    """A line: where, what for, its number, and when somebody answers."""

    area = forms.ChoiceField(label=_("For which area"), widget=forms.Select(SELECT))
    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, required=False)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    number = forms.CharField(
        label=_("Number, as it is announced"),
        max_length=20,
        widget=forms.TextInput({"type": "tel"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is for"), choices=LineKind.choices, widget=forms.Select(SELECT)
    )
    least_seats = forms.IntegerField(label=_("Seats that must be taken"), initial=1)
    overflow_s = forms.IntegerField(
        label=_("Seconds until an unanswered call rings in the area around as well"), initial=20
    )
    always = forms.BooleanField(
        label=_("Somebody answers day and night"),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(CHECK),
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        for day, name in LONG.items():
            self.fields[f"day_{day}"] = forms.CharField(
                label=name,
                max_length=80,
                required=False,
                widget=forms.TextInput({"class": "form-control", "placeholder": "08:00–20:00"}),
            )

    def days(self) -> list[Any]:
        """The fields of the days of the week."""
        return [self[f"day_{day}"] for day in LONG]

    def clean(self) -> dict[str, Any]:
        """The hours, where they can be read; all that is wrong stands beside its field at once."""
        said = super().clean() or self.cleaned_data
        for name, sentence in lines.faults(said).items():
            if name not in self.errors:
                self.add_error(name, sentence)
        said["hours"] = {}
        if not said.get("always"):
            typed = {day: said.get(f"day_{day}") or "" for day in LONG}
            try:
                said["hours"] = opening.read(typed)
            except Refused as refusal:
                self.add_error("always", str(refusal))
        return said

    def draft(self) -> Draft:
        """What the form says."""
        said = self.cleaned_data
        code, _colon, level = said["area"].partition(":")
        return Draft(
            place=int(code),
            level=level,
            name_zh=said["name_zh"],
            name_en=said["name_en"],
            number=said["number"],
            kind=said["kind"],
            hours=said["hours"],
            least_seats=said["least_seats"],
            overflow_s=said["overflow_s"],
        )


def beginning(draft: Draft) -> dict[str, Any]:
    """What the form of a line that is there begins with."""
    days = {f"day_{day}": text for day, text in opening.typed(draft.hours).items()}
    return {
        "area": f"{draft.place}:{draft.level}",
        "name_zh": draft.name_zh,
        "name_en": draft.name_en,
        "number": draft.number,
        "kind": draft.kind,
        "least_seats": draft.least_seats,
        "overflow_s": draft.overflow_s,
        "always": not draft.hours,
    } | days
