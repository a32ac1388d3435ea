"""The look that all forms about people share."""

from typing import Any

from django import forms

NO_CHOICE = (("", "–"),)


class Plain(forms.Form):
    """A form in the look of Kapok, with its refusals beside the fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = _look_of(field.widget)
            if self.is_bound and name in self.errors:
                field.widget.attrs["class"] += " is-invalid"


def _look_of(widget: forms.Widget) -> str:
    if isinstance(widget, (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


class Day(forms.DateField):
    """A day, typed or picked."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, **kwargs)


def words(rows: int = 3, **attrs: Any) -> forms.Textarea:
    """Room for some lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})
