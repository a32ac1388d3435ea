"""Forms about who somebody is, how they are reached and where they live."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.people.forms.plain import NO_CHOICE, Day, Plain
from kapok.people.models import (
    Contact,
    IdentityKind,
    Need,
    Presence,
    Relation,
    Sex,
)
from kapok.people.operations import Facts, Home, Reach
from kapok.people.queries.homes import buildings_like
from kapok.people.talk import LANGUAGES


class FactsForm(Plain):
    """Name, sex, birth date, how they belong here."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=Sex.choices)
    birth_date = Day(label=gettext_lazy("Birth date"), required=False)
    relation = forms.ChoiceField(
        label=gettext_lazy("Relation to the head of the household"), choices=Relation.choices
    )
    presence = forms.ChoiceField(
        label=gettext_lazy("How they belong here"), choices=Presence.choices
    )

    def facts(self) -> Facts:
        """What was typed, for the operation."""
        return Facts(**{name: self.cleaned_data[name] for name in FactsForm.base_fields})


class PapersForm(Plain):
    """The kind and number of papers."""

    identity_kind = forms.ChoiceField(
        label=gettext_lazy("Papers"), choices=[*NO_CHOICE, *IdentityKind.choices], required=False
    )
    identity = forms.CharField(
        label=gettext_lazy("Number of the papers"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """A number needs a kind."""
        data = super().clean() or self.cleaned_data
        if data.get("identity") and not data.get("identity_kind"):
            self.add_error("identity_kind", _("Say what kind of papers the number is of."))
        return data


class ReachForm(Plain):
    """Languages, and what a visitor must know."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=list(LANGUAGES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("What a visitor must know"),
        choices=Need.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ContactForm(Plain):
    """A telephone."""

    number = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=Contact.Kind.choices)
    whose = forms.CharField(
        label=gettext_lazy("Whose it is, if not their own"), max_length=60, required=False
    )

    def reach(self) -> Reach:
        """What was typed, for the operation."""
        data = self.cleaned_data
        return Reach(data["number"], data["kind"], data["whose"])


class ProofForm(Plain):
    """The code that was sent to a telephone."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class HomeFields(Plain):
    """A dwelling: building and room."""

    building = forms.CharField(
        label=gettext_lazy("Building"),
        max_length=200,
        widget=forms.TextInput(attrs={"list": "buildings", "autocomplete": "off"}),
    )
    room = forms.CharField(label=gettext_lazy("Room"), max_length=20)

    def clean_building(self) -> UUID:
        """The building that was meant; refused where none or several of one's places are."""
        text = self.cleaned_data["building"].strip()
        found = buildings_like(text, at_most=6)
        exact = [each for each in found if each.label == text]
        if len(exact) == 1:
            return exact[0].id
        if not found:
            raise forms.ValidationError(
                _("No building of your places is called so. Choose one of the list.")
            )
        if len(found) > 1:
            some = ", ".join(each.label for each in found[:5])
            raise forms.ValidationError(
                _("Several buildings are called so: %(some)s. Write the whole name.")
                % {"some": some}
            )
        return found[0].id

    def home(self) -> Home:
        """What was typed, for the operation."""
        return Home(self.cleaned_data["building"], self.cleaned_data["room"])


class MoveForm(HomeFields):
    """Where somebody moved, when, and who goes along."""

    on = Day(label=gettext_lazy("Since"))
    presence = forms.ChoiceField(
        label=gettext_lazy("How they belong there"), choices=Presence.choices
    )
    with_all = forms.BooleanField(
        label=gettext_lazy("The whole household moves along"), required=False
    )


class LeaveForm(Plain):
    """When somebody went away for good."""

    on = Day(label=gettext_lazy("Since"))


class NewPersonForm(FactsForm, PapersForm, HomeFields):
    """Somebody who is written down for the first time."""

    on = Day(label=gettext_lazy("Lives here since"))
    number = forms.CharField(
        label=gettext_lazy("Mobile"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    field_order = (
        "building", "room", "on", "name", "sex", "birth_date", "relation", "presence",
        "identity_kind", "identity", "number",
    )  # fmt: skip
