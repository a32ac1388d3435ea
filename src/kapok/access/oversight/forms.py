"""Forms of who watches, and of who asks to be let through."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.access.exports import Exportable
from kapok.access.models import Look
from kapok.access.purposes import PURPOSES
from kapok.access.scope import Acting
from kapok.codes import DIGITS, Level

Areas = list[tuple[int, str, str]]
PURPOSE_CHOICES = [("", _("All")), *((code, each.label) for code, each in PURPOSES.items())]


class Styled(forms.Form):
    """A form with the look of Kapok's pages."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"

    def full_clean(self) -> None:
        """Mark the fields that were refused."""
        super().full_clean()
        for name in set(self.errors) & set(self.fields) if self.is_bound else ():
            self.fields[name].widget.attrs["class"] += " is-invalid"


class OfAnArea(Styled):
    """A form with a field ``area``: one of those that somebody acts over."""

    def chosen_area(self) -> tuple[int, str]:
        """Code and level of the chosen area."""
        code, _sign, level = self.cleaned_data["area"].partition("-")
        return int(code), level

    def offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """Fill in the choices of a field."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def offer_areas(self, areas: Areas) -> None:
        """Fill in the choices of the area."""
        named = [
            (f"{code}-{level}", f"{name} · {Level(level).label}") for code, level, name in areas
        ]
        self.offer("area", named)


class Day(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class Search(Styled):
    """What an auditor looks for."""

    person = forms.UUIDField(
        label=_("Key of a person"),
        required=False,
        error_messages={"invalid": _("A person's key has 36 letters and digits.")},
    )
    worker = forms.CharField(label=_("Worker (name or account)"), required=False, max_length=60)
    place = forms.RegexField(
        rf"^[1-9][0-9]{{1,{DIGITS - 1}}}$",
        label=_("Code of a place"),
        required=False,
        error_messages={"invalid": _("A code has 2 to 15 digits, as 440103022.")},
    )
    purpose = forms.ChoiceField(label=_("Purpose"), required=False, choices=PURPOSE_CHOICES)
    action = forms.ChoiceField(
        label=_("Action"), required=False, choices=[("", _("All")), *Look.Action.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=Day())
    until = forms.DateField(label=_("To"), required=False, widget=Day())


class Finding(Styled):
    """What an alarm was."""

    finding = forms.CharField(
        label=_("What it was"), max_length=300, widget=forms.Textarea({"rows": 2})
    )


class Ask(OfAnArea):
    """A request to take rows out."""

    what = forms.ChoiceField(label=_("What"))
    area = forms.ChoiceField(label=_("Of which area"))
    purpose = forms.ChoiceField(label=_("Purpose"))
    reason = forms.CharField(
        label=_("What for, and who will have the file"),
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(
        self, *args: Any, who: Acting, offered: list[Exportable], areas: Areas, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offer("what", [(each.key, each.label) for each in offered])
        self.offer_areas(areas)
        served = frozenset[str]().union(*(each.purposes for each in offered))
        purposes = [
            (code, purpose.label)
            for code, purpose in PURPOSES.items()
            if code in served and who.role in purpose.roles
        ]
        self.offer("purpose", purposes)


class Declare(OfAnArea):
    """A new emergency."""

    name = forms.CharField(label=_("Name of the emergency"), max_length=200)
    order = forms.CharField(label=_("The order that declared it"), max_length=200)
    area = forms.ChoiceField(label=_("For which area"))

    def __init__(self, *args: Any, areas: Areas, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer_areas(areas)
