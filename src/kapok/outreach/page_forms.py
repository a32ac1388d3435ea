"""Forms of the pages of notices; what may be is decided by the operations."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kapok.outreach.drafts import Draft, Said
from kapok.outreach.models import Channel, Representative
from kapok.outreach.operations.channels import NEEDS
from kapok.outreach.workflow import Audience, Topic, Way
from kapok.packs.page_forms import Plain

SELECT = {"class": "form-select"}
CHECK = {"class": "form-check-input"}
DAY = forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d")
LONGEST_ADDRESS = 200


class WordsForm(Plain):
    """Title and text in both languages."""

    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=60)
    body_zh = forms.CharField(
        label=_("Text in Chinese"), max_length=4000, widget=forms.Textarea({"rows": 7})
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    body_en = forms.CharField(
        label=_("Text in English"), max_length=8000, widget=forms.Textarea({"rows": 7})
    )

    def words(self) -> Said:
        """The words as they were written."""
        said = {name: self.cleaned_data.get(name) or "" for name in Said.__dataclass_fields__}
        return Said(**said)


class NoticeForm(WordsForm):
    """A whole notice."""

    area = forms.ChoiceField(label=_("For which area"), widget=forms.Select(SELECT))
    topic = forms.ChoiceField(
        label=_("What it is about"), choices=Topic.choices, widget=forms.Select(SELECT)
    )
    audience = forms.ChoiceField(
        label=_("Who it is for"), choices=Audience.choices, widget=forms.Select(SELECT)
    )
    way = forms.ChoiceField(
        label=_("How it goes down"), choices=Way.choices, widget=forms.Select(SELECT)
    )
    urgent = forms.BooleanField(
        label=_("Urgent: day and night"), required=False, widget=forms.CheckboxInput(CHECK)
    )
    last_day = forms.DateField(
        label=_("Last day on which it holds (empty: until it is withdrawn)"),
        required=False,
        widget=DAY,
    )
    override_reason = forms.CharField(
        label=_("Why also telephones that want no messages get it (urgent danger alone)"),
        max_length=300,
        required=False,
    )
    answer_kind = forms.ChoiceField(
        label=_("Answers become matters of the kind"),
        required=False,
        widget=forms.Select(SELECT),
    )
    per_hour = forms.IntegerField(
        label=_("At most so many messages in an hour, so that the desks can bear the answers"),
        min_value=1,
        max_value=10_000_000,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        areas: Sequence[tuple[str, str]] = (),
        kinds: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        self.fields["answer_kind"].choices = [  # type: ignore[attr-defined]
            ("", _("No answer is asked for")),
            *kinds,
        ]

    def draft(self) -> Draft:
        """What the form says."""
        said = self.cleaned_data
        code, _colon, level = said["area"].partition(":")
        return Draft(
            place=int(code),
            level=level,
            topic=said["topic"],
            audience=said["audience"],
            words=self.words(),
            urgent=said["urgent"],
            override_reason=said["override_reason"].strip(),
            answer_kind=said["answer_kind"],
            per_hour=said["per_hour"],
            last_day=said["last_day"],
            way=said["way"],
        )


class CorrectionForm(WordsForm):
    """Other words, and what changed."""

    changed_zh = forms.CharField(label=_("What changed, in Chinese"), max_length=200)
    changed_en = forms.CharField(label=_("What changed, in English"), max_length=300)
    last_day = forms.DateField(
        label=_("Last day on which it holds (empty: until it is withdrawn)"),
        required=False,
        widget=DAY,
    )
    tell_again = forms.BooleanField(
        label=_("Tell everybody again: new messages, and everybody reads it anew"),
        required=False,
        widget=forms.CheckboxInput(CHECK),
    )


class AnswerForm(Plain):
    """What somebody answers or needs."""

    text = forms.CharField(
        label=_("What do you need, or what is your answer?"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )
    phone = forms.CharField(
        label=_("Telephone, so that we can call back"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    address = forms.CharField(
        label=_("Building and flat"),
        max_length=LONGEST_ADDRESS,
        required=False,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )
    needs_help = forms.BooleanField(
        label=_("I need help"), required=False, widget=forms.CheckboxInput(CHECK)
    )


class StandForm(Plain):
    """Somebody stands for a stairwell."""

    username = forms.CharField(label=_("Name of their account"), max_length=150)
    kind = forms.ChoiceField(
        label=_("As what"), choices=Representative.Kind.choices, widget=forms.Select(SELECT)
    )


class ChannelForm(Plain):
    """A way out; which fields it needs depends on its kind."""

    kind = forms.ChoiceField(label=_("Kind"), widget=forms.Select(SELECT))
    name = forms.CharField(label=_("Name"), max_length=80)
    area = forms.ChoiceField(label=_("For which area"), widget=forms.Select(SELECT))
    host = forms.CharField(label=_("Host of the provider (SMPP)"), max_length=200, required=False)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, required=False)
    system_id = forms.CharField(label=_("Account (system_id)"), max_length=16, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=64,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    source = forms.CharField(label=_("Sender that people see"), max_length=20, required=False)
    key = forms.CharField(
        label=_("Key of the robot (what stands after key= or access_token= or hook/)"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    url = forms.CharField(
        label=_("Address of mail or webhook (mailtos://…, jsons://…)"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )
    per_second = forms.FloatField(
        label=_("Messages in a second"), min_value=0.01, max_value=5000, initial=10
    )
    price_milli = forms.IntegerField(
        label=_("Price of a part, in thousandths of a yuan"),
        min_value=0,
        max_value=100_000,
        initial=0,
    )

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], texts: bool, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = [
            choice for choice in Channel.Kind.choices if texts or choice[0] != Channel.Kind.SMPP
        ]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["area"].choices = areas  # type: ignore[attr-defined]

    def secret(self) -> dict[str, Any]:
        """What the kind needs, as it was said."""
        kind = Channel.Kind(self.cleaned_data["kind"])
        return {name: self.cleaned_data.get(name) or "" for name in NEEDS[kind]}

    def place(self) -> tuple[int, str]:
        """The area."""
        code, _colon, level = self.cleaned_data["area"].partition(":")
        return int(code), level
