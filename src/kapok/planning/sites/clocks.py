"""The clock of a site: minutes since it opened, whatever the wall's clock does on that day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from kapok.errors import Refused
from kapok.words import gettext as _

MIN_IN_H, MIN_IN_DAY = 60, 1440
NO_DAY = date(2021, 6, 1)  # a day without a change of clocks, for sites without a date
ZONE = "Asia/Shanghai"


@dataclass(frozen=True)
class Clock:
    """A day of a site.

    Attributes
    ----------
    opens
        In minutes after midnight, by the clock on the wall.
    slot_min, n_slots
        Of the site, from its opening on.
    day
        ``None`` where no date is given.
    zone
        By its name, as ``Asia/Shanghai``.
    skipped_min
        What has passed already when the rest of a day is planned.
    """

    opens: float
    slot_min: float
    n_slots: int
    day: date | None = None
    zone: str = ZONE
    skipped_min: float = 0.0

    @property
    def end_min(self) -> float:
        """When the last slot ends, counted from opening."""
        return self.slot_min * self.n_slots

    def at(self, minutes: float) -> datetime:
        """A moment of the site's day, in its zone."""
        return self._opens_at + timedelta(minutes=self.skipped_min + minutes)

    def shown(self, minutes: float) -> str:
        """A moment of the site's day as the clock on the wall shows it; 24:00 is the end of it."""
        moment = (self.at(minutes) + timedelta(seconds=30)).astimezone(ZoneInfo(self.zone))
        days = (moment.date() - (self.day or NO_DAY)).days
        return f"{24 * days + moment.hour:02d}:{moment.minute:02d}"

    def minutes(self, on_the_wall: float) -> float:
        """From a time of day (minutes after midnight) to minutes since opening."""
        passed = moment_of(self.day or NO_DAY, on_the_wall, self.zone) - self._opens_at
        return passed.total_seconds() / 60 - self.skipped_min

    def later(self, n_slots: int) -> "Clock":
        """The rest of the day after so many slots."""
        return Clock(
            self.opens,
            self.slot_min,
            self.n_slots - n_slots,
            self.day,
            self.zone,
            self.skipped_min + n_slots * self.slot_min,
        )

    @property
    def _opens_at(self) -> datetime:
        return moment_of(self.day or NO_DAY, self.opens, self.zone)


def moment_of(day: date, on_the_wall: float, zone: str) -> datetime:
    """A time of day as a moment; refused where clocks go forward over it.

    Where clocks go back and show a time twice, the first is meant.
    """
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # given its zone below
    wall = midnight + timedelta(minutes=on_the_wall)
    moment = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != wall:
        raise Refused(
            _("On %(day)s there is no %(time)s in %(zone)s: clocks go forward over it.")
            % {"day": day.isoformat(), "time": f"{wall:%H:%M}", "zone": zone}
        )
    return moment
