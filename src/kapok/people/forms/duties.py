"""Forms about emergency looks, and what residents ask."""

from django import forms
from django.utils.translation import gettext_lazy

from kapok.people.forms.plain import Plain, words
from kapok.people.models import RightsRequest


class GlassForm(Plain):
    """An emergency look: the number that was told, and why it cannot wait."""

    number = forms.CharField(
        label=gettext_lazy("Whole identity number, or whole telephone"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"), max_length=300, widget=words()
    )


class JudgeForm(Plain):
    """Whether an emergency look was right."""

    was_right = forms.ChoiceField(
        choices=[("yes", gettext_lazy("It was right")), ("no", gettext_lazy("It was not right"))],
    )
    judgement = forms.CharField(label=gettext_lazy("Why"), max_length=300, required=False)


class AskForm(Plain):
    """What a resident asks for."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"), choices=RightsRequest.Kind.choices
    )
    text = forms.CharField(
        label=gettext_lazy("In your words"), max_length=1000, required=False, widget=words(4)
    )


class AnswerForm(Plain):
    """The answer to a resident."""

    granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Granted")), ("no", gettext_lazy("Refused, with reasons"))],
    )
    text = forms.CharField(
        label=gettext_lazy("What the resident reads"), max_length=1000, widget=words(4)
    )
