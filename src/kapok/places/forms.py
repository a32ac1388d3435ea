"""What people ask for at the grid desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok_planning.grids import Budget

SEEDS = 2**31
MOST_HOUSEHOLDS = 100_000
BUDGETS = [
    (Budget.FAST.value, gettext_lazy("Fast: a first look")),
    (Budget.NORMAL.value, gettext_lazy("Normal")),
    (Budget.LONG.value, gettext_lazy("Long: more compact grids")),
]


class DrawGrids(forms.Form):
    """Bounds, effort and seed of a drawing."""

    low = forms.IntegerField(
        label=gettext_lazy("Fewest households"), min_value=1, max_value=MOST_HOUSEHOLDS
    )
    high = forms.IntegerField(
        label=gettext_lazy("Most households"), min_value=1, max_value=MOST_HOUSEHOLDS
    )
    budget = forms.ChoiceField(
        label=gettext_lazy("Effort"), choices=BUDGETS, initial=Budget.NORMAL.value
    )
    seed = forms.IntegerField(
        label=gettext_lazy("Seed"), min_value=0, max_value=SEEDS - 1, initial=0
    )
    keep_previous = forms.BooleanField(
        label=gettext_lazy("Stay near the grids in force"), required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            look = {"low": "form-control", "high": "form-control", "seed": "form-control"}
            classes = look.get(name, "form-select" if name == "budget" else "form-check-input")
            if self.is_bound and name in self.errors:
                classes += " is-invalid"
                field.widget.attrs["aria-invalid"] = "true"
            field.widget.attrs["class"] = classes

    def clean(self) -> dict[str, Any]:
        """Refuse bounds in the wrong order, beside the field."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("low"), cleaned.get("high")
        if low is not None and high is not None and low > high:
            self.add_error(
                "high",
                _("The most (%(high)d) must not be below the fewest (%(low)d).")
                % {"low": low, "high": high},
            )
        return cleaned


class MoveBuilding(forms.Form):
    """A building of a proposal, and the grid that takes it over."""

    building = forms.UUIDField()
    to_grid = forms.UUIDField(
        error_messages={"required": gettext_lazy("Choose the grid that takes the building over.")}
    )
