"""What people ask for about workers, teams, posts and hours."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access import scope
from kapok.access.roles import ROLES
from kapok.codes import padded
from kapok.workforce.models import Worker
from kapok.workforce.models.attendance import MOST_RISK
from kapok.workforce.rows import SPLIT
from kapok.workforce.skills import SKILL_CHOICES, TEAM_KIND_CHOICES, TEAM_KINDS

RISKS = [
    (0, gettext_lazy("0: none")),
    (1, gettext_lazy("1: many people")),
    (2, gettext_lazy("2: people who may be infected")),
    (MOST_RISK, gettext_lazy("3: sick people")),
]
SHIFT = timedelta(hours=4)
PEOPLE = {"list": "known-people", "autocomplete": "off"}
AREAS = {"list": "known-areas", "autocomplete": "off"}
DAY = {"type": "date"}
MOMENT = {"type": "datetime-local"}
LOOKS: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.CheckboxSelectMultiple: "form-check-input",
}


class Plain(forms.Form):
    """A form that looks like the others and marks its wrong fields."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer()
        for name, field in self.fields.items():
            classes = LOOKS.get(type(field.widget), "form-control")
            if self.is_bound and name in self.errors:
                classes += " is-invalid"
                field.widget.attrs["aria-invalid"] = "true"
            field.widget.attrs["class"] = classes

    def offer(self) -> None:
        """Fill in choices that depend on who acts, before anything is checked."""


class Codes(forms.CharField):
    """Codes of areas, ticked in the tree or typed."""

    def to_python(self, value: Any) -> Any:
        """A list of place codes of 15 digits."""
        found = []
        for part in filter(None, (part.strip() for part in SPLIT.split(value or ""))):
            try:
                found.append(padded(part))
            except ValueError:
                raise forms.ValidationError(
                    _("“%(code)s” is not the code of an area.") % {"code": part}
                ) from None
        return list(dict.fromkeys(found))


def role_choices() -> list[tuple[str, str]]:
    """Roles that whoever acts may give."""
    mine = ROLES.get(scope.current().role)
    gives = mine.gives if mine else frozenset()
    return [(code, str(role.label)) for code, role in ROLES.items() if code in gives]


def next_monday(today: date) -> date:
    """The first Monday after a day."""
    return today + timedelta(days=7 - today.weekday())


class Appoint(Plain):
    """Who, as what, where, from when to when."""

    who = forms.CharField(
        label=gettext_lazy("Account name"), max_length=150, widget=forms.TextInput(PEOPLE)
    )
    name = forms.CharField(
        label=gettext_lazy("Name, for a new account"), max_length=100, required=False
    )
    role = forms.ChoiceField(label=gettext_lazy("As what"))
    is_deputy = forms.BooleanField(label=gettext_lazy("As deputy"), required=False)
    codes = Codes(label=gettext_lazy("Codes of areas"), required=False)
    starts = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    ends = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200, required=False)

    def offer(self) -> None:
        """The roles that whoever acts may give."""
        self.fields["role"].choices = role_choices()  # type: ignore[attr-defined]


class ChangeEnd(Plain):
    """Another last day; blank for no end."""

    ends = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )


class End(Plain):
    """The last day of an appointment, and why."""

    last = forms.DateField(label=gettext_lazy("Last day"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class HandOver(Plain):
    """To whom, and from which day on."""

    to = forms.CharField(
        label=gettext_lazy("Account name of the successor"),
        max_length=150,
        widget=forms.TextInput(PEOPLE),
    )
    first = forms.DateField(
        label=gettext_lazy("First day of the successor"), widget=forms.DateInput(DAY, "%Y-%m-%d")
    )
    ends = forms.DateField(
        label=gettext_lazy("Last day of the successor"),
        required=False,
        widget=forms.DateInput(DAY, "%Y-%m-%d"),
    )


class KeepWorker(Plain):
    """What is kept of a worker."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of work"), choices=Worker.Kind.choices)
    employer = forms.CharField(label=gettext_lazy("Employer"), max_length=100, required=False)
    phone = forms.CharField(label=gettext_lazy("Telephone"), max_length=30, required=False)
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("Skills"),
        choices=SKILL_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_adult = forms.BooleanField(label=gettext_lazy("Showed papers: 18 or older"), required=False)
    insurance = forms.CharField(
        label=gettext_lazy("Insurer and policy"), max_length=100, required=False
    )
    insured_until = forms.DateField(
        label=gettext_lazy("Insured until"),
        required=False,
        widget=forms.DateInput(DAY, "%Y-%m-%d"),
    )


class MakeTeam(Plain):
    """A team of a kind in an area."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of team"), choices=TEAM_KIND_CHOICES)
    codes = Codes(label=gettext_lazy("Code of the area"), widget=forms.TextInput(AREAS))


class JoinTeam(Plain):
    """Somebody joins a team in one of its roles."""

    who = forms.CharField(
        label=gettext_lazy("Account name"), max_length=150, widget=forms.TextInput(PEOPLE)
    )
    role = forms.ChoiceField(label=gettext_lazy("As what"))
    starts = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(DAY, "%Y-%m-%d"))
    ends = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(DAY, "%Y-%m-%d")
    )

    def offer(self) -> None:
        """The roles that teams are made of, and whoever acts may give."""
        of_teams = {role for kind in TEAM_KINDS.values() for role in kind.mix}
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            choice for choice in role_choices() if choice[0] in of_teams
        ]


class MakePost(Plain):
    """A post and what it asks of those who serve there."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    codes = Codes(label=gettext_lazy("Code of the area"), widget=forms.TextInput(AREAS))
    risk = forms.TypedChoiceField(
        label=gettext_lazy("Risk of exposure"), choices=RISKS, coerce=int, initial=0
    )
    briefing = forms.UUIDField(label=gettext_lazy("Text that tells the risks"), required=False)
    adults_only = forms.BooleanField(label=gettext_lazy("Adults alone"), required=False)
    renews_daily = forms.BooleanField(
        label=gettext_lazy("The poster is good for one day"), required=False
    )


class MakeBriefing(Plain):
    """A text that tells the risks of some work."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    codes = Codes(label=gettext_lazy("Code of the area"), widget=forms.TextInput(AREAS))
    text = forms.CharField(
        label=gettext_lazy("What can happen, and how people protect themselves"),
        max_length=5000,
        widget=forms.Textarea({"rows": 6}),
    )


class CallToPost(Plain):
    """Somebody is asked to serve for a time."""

    who = forms.CharField(
        label=gettext_lazy("Account name"), max_length=150, widget=forms.TextInput(PEOPLE)
    )
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), widget=forms.DateTimeInput(MOMENT, "%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), widget=forms.DateTimeInput(MOMENT, "%Y-%m-%dT%H:%M")
    )


class Correct(Plain):
    """When somebody really left."""

    left_at = forms.DateTimeField(
        label=gettext_lazy("Left at"), widget=forms.DateTimeInput(MOMENT, "%Y-%m-%dT%H:%M")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class BringList(Plain):
    """A spreadsheet of workers."""

    file = forms.FileField(label=gettext_lazy("Spreadsheet (.xlsx or CSV)"))


class Period(forms.Form):
    """From one day to another; blank for the last twelve months."""

    first = forms.DateField(required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))
    last = forms.DateField(required=False, widget=forms.DateInput(DAY, "%Y-%m-%d"))

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day."""
        chosen: dict[str, date | None] = self.cleaned_data if self.is_valid() else {}
        last = chosen.get("last") or today
        return chosen.get("first") or last - timedelta(days=365), last


def now_rounded(at: datetime) -> datetime:
    """The hour that comes next, for forms."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def all_roles() -> list[tuple[str, str]]:
    """All roles that can be appointed to, for filters."""
    return [(code, str(role.label)) for code, role in ROLES.items() if role.levels]
