"""Forms about who needs care, who answers for whom, and who keeps house with whom."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.people.forms.plain import NO_CHOICE, Day, Plain, words
from kapok.people.models import (
    RegisterEntry,
)
from kapok.people.operations import Answering, Care


class GuardianForm(Plain):
    """Who answers for somebody: one of the household, or a name."""

    guardian = forms.ChoiceField(label=gettext_lazy("Somebody of the household"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Or the name of somebody who lives elsewhere"),
        max_length=100,
        required=False,
    )
    relation = forms.CharField(label=gettext_lazy("How they are related"), max_length=60)

    def __init__(self, *args: Any, housemates: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [*NO_CHOICE, *((str(key), name) for key, name in housemates)]
        self.fields["guardian"] = forms.ChoiceField(
            label=_("Somebody of the household"), choices=choices, required=False
        )
        self.fields["guardian"].widget.attrs["class"] = "form-select"
        self.order_fields(["guardian", "name", "relation"])

    def answering(self) -> Answering:
        """What was typed, for the operation."""
        data = self.cleaned_data
        guardian = UUID(data["guardian"]) if data["guardian"] else None
        return Answering(data["relation"], guardian, data["name"])


class CareForm(Plain):
    """Tier, review and note of an entry."""

    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=RegisterEntry.Tier.choices)
    review_on = Day(label=gettext_lazy("Next review"))
    note = forms.CharField(
        label=gettext_lazy("Note for whoever visits"),
        max_length=300,
        required=False,
        widget=words(),
    )

    def care(self) -> Care:
        """What was typed, for the operation."""
        data = self.cleaned_data
        return Care(data["tier"], data["review_on"], data["note"])


class RegisterForm(CareForm):
    """A new entry."""

    kind = forms.ChoiceField(label=gettext_lazy("Register"), choices=RegisterEntry.Kind.choices)
    field_order = ("kind", "tier", "review_on", "note")


class ConsentForm(Plain):
    """To what somebody agreed, and how."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=[(code, each.label) for code, each in PURPOSES.items() if code != "own_data"],
    )
    text_version = forms.CharField(
        label=gettext_lazy("Notice that was read"),
        max_length=40,
        help_text=gettext_lazy("Title and date of the notice, as printed on it."),
    )
    how = forms.CharField(
        label=gettext_lazy("How they agreed"),
        max_length=60,
        help_text=gettext_lazy("Such as: signed on paper."),
    )
    is_separate = forms.BooleanField(
        label=gettext_lazy("Agreed to sensitive data on its own (health, children)"), required=False
    )


class NoteForm(Plain):
    """What a visitor of a household must know."""

    note = forms.CharField(
        label=gettext_lazy("Note for whoever rings the bell"), max_length=200, required=False
    )


class SplitForm(Plain):
    """Who keeps house on their own."""

    people = forms.MultipleChoiceField(
        label=gettext_lazy("Who keeps house on their own from now on"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, members: list[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(key), name) for key, name in members]  # type: ignore[attr-defined]
