"""The form that a list is brought with."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kapok.access.trace import LOCAL
from kapok.people.operations.lists import About

USUAL = timedelta(days=28)
MAX_BYTES = 30 << 20


class BringForm(forms.Form):
    """Who answers for the list, why, and until when; then the file."""

    owner = forms.CharField(
        label=_("Owner"), max_length=200, help_text=_("The body that answers for the list.")
    )
    purpose = forms.ChoiceField(label=_("Purpose"))
    legal_basis = forms.CharField(
        label=_("Legal basis"), max_length=200, help_text=_("The article or order that allows it.")
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("What the list is needed for now.")
    )
    expires_on = forms.DateField(
        label=_("Kept until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On this day the list is deleted; within a year."),
    )
    register = forms.ChoiceField(
        label=_("The list is this register"),
        required=False,
        help_text=_("Everybody on it is put on the register when it is taken over."),
    )
    emergency = forms.ChoiceField(label=_("Emergency"), required=False)
    title = forms.CharField(label=_("Name of the list"), max_length=200, required=False)
    file = forms.FileField(
        label=_("File"), help_text=_("Excel (.xlsx) or CSV, up to 30 MB and 50,000 rows.")
    )

    def __init__(
        self,
        *args: Any,
        purposes: list[tuple[str, str]],
        registers: list[tuple[str, str]],
        emergencies: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = purposes  # type: ignore[attr-defined]
        self.fields["register"].choices = [("", _("No register")), *registers]  # type: ignore[attr-defined]
        self.fields["emergency"].choices = [("", _("None")), *emergencies]  # type: ignore[attr-defined]
        if not emergencies:
            del self.fields["emergency"]
        self.fields["expires_on"].initial = timezone.localdate() + USUAL
        for field in self.fields.values():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            field.widget.attrs["class"] = kind
        self.fields["file"].widget.attrs["accept"] = ".xlsx,.csv,.tsv,.txt"

    def clean_file(self) -> Any:
        """Refuse what is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("The file has more than 30 MB. Divide the list."))
        return file

    def about(self) -> About:
        """What was said about the list; it expires at the end of its last day."""
        said = self.cleaned_data
        midnight = datetime.combine(said["expires_on"] + timedelta(days=1), time(), LOCAL)
        return About(
            title=said["title"],
            owner=said["owner"],
            purpose=said["purpose"],
            legal_basis=said["legal_basis"],
            reason=said["reason"],
            expires_at=midnight.astimezone(UTC),
            register=said["register"],
            emergency=UUID(said["emergency"]) if said.get("emergency") else None,
        )
