"""A whole pack."""

from datetime import date, time
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from pydantic import Field as Limits
from pydantic import model_validator

from kapok.packs.schema.base import Code, Key, Part, PlaceCode, Source, Text, Value
from kapok.packs.schema.hotline import Hotline
from kapok.packs.schema.kinds import Kind
from kapok.packs.schema.notices import NoticeText
from kapok.packs.schema.portal import Portal
from kapok.packs.schema.zones import Checklist, RiskLevel, ZoneKind


class Hours(Part):
    """Working hours of a day, from–to."""

    starts: time
    ends: time

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.starts >= self.ends:
            raise ValueError(_("Working hours end after they start; split those over midnight."))
        return self


class WorkingTime(Part):
    """When people work: what the clocks that count working time follow."""

    zone: str = "Asia/Shanghai"
    country: Annotated[str, Limits(pattern=r"^[A-Z]{2}$")] = "CN"
    """Whose public holidays and make-up working days hold."""
    weekdays: tuple[Annotated[int, Limits(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)
    """Monday is 1."""
    hours: Annotated[tuple[Hours, ...], Limits(min_length=1)]
    days_off: tuple[date, ...] = ()
    """Days off beside the public holidays."""
    days_on: tuple[date, ...] = ()
    """Days on which people work although they are none."""
    source: Key

    @model_validator(mode="after")
    def _is_a_calendar(self) -> Self:
        try:
            ZoneInfo(self.zone)
        except (ValueError, OSError, KeyError):
            raise ValueError(_("There is no time zone “%(zone)s”.") % {"zone": self.zone}) from None
        pairs = zip(self.hours, self.hours[1:], strict=False)
        if any(after.starts < before.ends for before, after in pairs):
            raise ValueError(_("Working hours follow each other and do not overlap."))
        if not self.weekdays:
            raise ValueError(_("Somebody works on at least one day of the week."))
        return self


class PackBody(Part):
    """The rules of a jurisdiction for a time."""

    code: Annotated[str, Limits(pattern=r"^[a-z][a-z0-9-]{1,39}$")]
    title: Text
    jurisdiction: PlaceCode
    valid_from: date
    valid_to: date | None = None
    sources: dict[Key, Source]
    calendar: WorkingTime
    kinds: tuple[Kind, ...] = ()
    zone_kinds: tuple[ZoneKind, ...] = ()
    risk_levels: tuple[RiskLevel, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    values: dict[Key, Value] = {}
    messages: dict[Code, Text] = {}
    portal: Portal | None = None
    hotline: Hotline | None = None
    notices: tuple[NoticeText, ...] = ()

    def kind(self, code: str) -> Kind | None:
        """The kind of a code."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def zone_kind(self, code: str) -> ZoneKind | None:
        """The kind of zone of a code."""
        return next((kind for kind in self.zone_kinds if kind.code == code), None)

    def checklist(self, code: str) -> Checklist | None:
        """The checklist of a code."""
        return next((found for found in self.checklists if found.code == code), None)
