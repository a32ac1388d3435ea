"""Forms of the pages of zones; what may be is decided by the operations."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kapok.errors import Refused
from kapok.packs.page_forms import Moment, Plain
from kapok.zones.areas import MOST_BYTES, Area, read
from kapok.zones.operations.papers import Paper
from kapok.zones.queries import reach


def _words(label: Any, length: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, **more)


class PaperPart(Plain):
    """The decision in writing; that it is there is the operations' to say."""

    number = _words(_("Number of the decision"), 100, required=False)
    issuer = _words(_("Who issued it"), 100, required=False)
    issued_on = forms.DateField(
        label=_("Day of the decision"),
        required=False,
        widget=forms.DateInput({"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
    )
    document = forms.FileField(
        label=_("The decision (PDF or photo)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": "application/pdf,image/*", "class": "form-control"}),
    )

    def paper(self) -> Paper:
        """The decision as it was handed in."""
        said, file = self.cleaned_data, self.cleaned_data["document"]
        return Paper(
            said["number"],
            said["issuer"],
            said["issued_on"],
            getattr(file, "name", "") or "",
            file.read() if isinstance(file, UploadedFile) else b"",
        )


class NewZone(PaperPart):
    """A new zone."""

    field_order = ["name", "kind", "risk", "geojson", "file", "starts_at", "ends_at", "reason"]

    name = _words(_("Name of the zone"), 100, required=False)
    kind = _words(_("Kind"), 60, required=False)
    risk = _words(_("Level of risk"), 60, required=False)
    geojson = forms.CharField(
        label=_("Drawn area (GeoJSON)"),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "class": "form-control"}),
    )
    file = forms.FileField(
        label=_("or a GeoJSON file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            {"accept": ".geojson,.json,application/geo+json", "class": "form-control"}
        ),
    )
    starts_at = Moment(label=_("From (empty: from its confirmation on)"), required=False)
    ends_at = Moment(label=_("Until (empty: as long as the decision is good)"), required=False)
    reason = _words(
        _("Reason"), 500, required=False,
        widget=forms.Textarea({"rows": 2, "class": "form-control"}),
    )  # fmt: skip

    def area(self, picked: list[int]) -> Area:
        """The area that was drawn, else what was picked. Raises ``Refused`` where it is none."""
        text: str | bytes = self.cleaned_data["geojson"].strip()
        file = self.cleaned_data["file"]
        if isinstance(file, UploadedFile):
            text = file.read(MOST_BYTES + 1)
            if not text:
                raise Refused(_("The file is empty. Choose it again."))
        if text and picked:
            raise Refused(_("Draw the area or pick places, not both: clear one of them."))
        return Area((), read(text)) if text else Area(reach.picked(picked))


class Extend(PaperPart):
    """A later end, by a new decision."""

    ends_at = Moment(label=_("New end"), required=False)
    reason = _words(_("Reason"), 500, required=False)

    def until(self) -> datetime:
        """The new end; ``Refused`` where there is none."""
        found = self.cleaned_data["ends_at"]
        if found is None:
            raise Refused(_("Say until when the zone goes on."))
        return datetime.fromisoformat(found.isoformat())


class Reason(Plain):
    """A sentence that stays with the zone."""

    reason = _words(_("Reason"), 500, required=False)
