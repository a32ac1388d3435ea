"""What people ask for about shifts: to offer one, to give a seat, to cancel, to settle a swap."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy

from kapok.workforce.forms import PEOPLE, Plain


class OfferShift(Plain):
    """To whom, and a word to them."""

    to = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    note = forms.CharField(label=gettext_lazy("A word to them"), max_length=200, required=False)

    def __init__(self, *args: object, people: list[tuple[UUID, str]], **kwargs: object) -> None:
        self.people = people
        super().__init__(*args, **kwargs)

    def offer(self) -> None:
        """The colleagues of whoever acts."""
        everybody = ("", gettext_lazy("Whoever can take it"))
        self.fields["to"].choices = [everybody, *self.people]  # type: ignore[attr-defined]

    def colleague(self) -> UUID | None:
        """The one colleague, or ``None`` for whoever can."""
        chosen = self.cleaned_data["to"]
        return UUID(chosen) if chosen else None


class AgreeSwap(Plain):
    """What is given in return, if anything."""

    in_return = forms.ChoiceField(
        label=gettext_lazy("In return I give"), required=False, widget=forms.Select()
    )

    def __init__(self, *args: object, duties: list[tuple[UUID, str]], **kwargs: object) -> None:
        self.duties = duties
        super().__init__(*args, **kwargs)

    def offer(self) -> None:
        """The duties of whoever acts."""
        nothing = ("", gettext_lazy("nothing, I only help out"))
        self.fields["in_return"].choices = [nothing, *self.duties]  # type: ignore[attr-defined]

    def given(self) -> UUID | None:
        """The shift that is given, or ``None``."""
        chosen = self.cleaned_data["in_return"]
        return UUID(chosen) if chosen else None


class GiveShift(Plain):
    """To whom a seat goes; long hours need a reason."""

    who = forms.CharField(
        label=gettext_lazy("Account name"), max_length=150, widget=forms.TextInput(PEOPLE)
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason for more than 48 hours a week"), max_length=200, required=False
    )


class CancelShift(Plain):
    """Why a shift is cancelled, and whether somebody else is to come."""

    why = forms.CharField(label=gettext_lazy("Reason"), max_length=200)
    seat_stays = forms.BooleanField(
        label=gettext_lazy("The seat stays open for somebody else"), required=False
    )


class Week(forms.Form):
    """The week of a page, by any of its days."""

    day = forms.DateField(required=False)
