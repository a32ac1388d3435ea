"""What a plan of a site says, in the terminal and on its page."""

import numpy as np

from kapok.planning.planner import Figure, Section, Tone
from kapok.planning.sites.outcome import Outcome
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _
from kapok.words import ngettext
from kapok_planning.sites import Help, Overload

MIN_IN_H = 60
SHOWN = 6
TIGHT = 0.9


def number(value: float, digits: int = 0) -> str:
    """A number as people read it; without end it is a word."""
    if np.isnan(value):
        return "–"
    return f"{value:,.{digits}f}" if np.isfinite(value) else "∞"


def share(value: float) -> str:
    """A share in percent, with one digit."""
    return f"{100 * value:.1f}%"


def clock(read: Description, minutes: float) -> str:
    """A moment of the day as 08:30."""
    return read.clock.shown(minutes) if np.isfinite(minutes) else _("never")


def slot_of(read: Description, slot: int) -> dict[str, str]:
    """Begin and end of a slot, for sentences."""
    begin = slot * read.clock.slot_min
    return {"from": clock(read, begin), "to": clock(read, begin + read.clock.slot_min)}


def is_enough(read: Description, outcome: Outcome) -> bool:
    """Whether the goal holds, by the lower end of the interval, and everybody is served."""
    mean, half = outcome.measured.share_in_time.one
    served = outcome.measured.unserved.one[0] <= 0
    return bool(served and mean - half >= read.goal.share)


def person_hours(read: Description, outcome: Outcome) -> float:
    """Staff times time, seats not counted."""
    stations = read.situation.site.stations
    rows = zip(stations, outcome.staff, strict=True)
    return sum(sum(row) for s, row in rows if not s.is_seats) * read.clock.slot_min / MIN_IN_H


def figures(read: Description, outcome: Outcome) -> tuple[Figure, ...]:
    """The plan in numbers."""
    found, site = outcome.measured, read.situation.site
    seats = sum(max(outcome.staff[k]) for k in site.seats)
    metres = found.outside_enough * read.hall.queue_m
    minutes = _("min")
    return (
        Figure("people", _("People a day"), found.people.one[0]),
        Figure("in_time", _("In time"), _finite(100 * found.share_in_time.one[0]), "%", 1, 1),
        Figure("wait", _("Mean wait"), _finite(found.total_wait_min.one[0]), minutes, -1, 1),
        Figure("p95", _("95 of 100 wait"), _finite(found.total_p95_min.one[0]), minutes, -1, 1),
        Figure("hours", _("Person-hours"), person_hours(read, outcome), "", -1),
        Figure("seats", _("Seats"), float(seats), "", -1),
        Figure("outside", _("Queue outside"), metres, "m", -1),
        Figure("unserved", _("Never served"), _finite(found.unserved.one[0]), "", -1),
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def sections(read: Description, outcome: Outcome) -> tuple[Section, ...]:
    """Is it enough, where is it tight, what would help most, and how sure the least staff is."""
    found = [
        Section(
            _("Enough") if is_enough(read, outcome) else _("Not enough"),
            tuple(enough_lines(read, outcome)),
            Tone.GOOD if is_enough(read, outcome) else Tone.BAD,
        ),
        Section(
            _("Where it is tight"),
            tuple(tight_lines(read, outcome)),
            Tone.BAD if outcome.overloads else Tone.NOTE,
        ),
        Section(_("What one more would do"), tuple(help_lines(read, outcome))),
    ]
    if outcome.sizing is not None:
        tone = Tone.GOOD if outcome.sizing.is_verified else Tone.BAD
        found.append(Section(_("Least staff"), tuple(least_lines(read, outcome)), tone))
    return tuple(found)


def enough_lines(read: Description, outcome: Outcome) -> list[str]:
    """Whether the goal holds, and what a person meets."""
    found, goal = outcome.measured, read.goal
    mean, half = found.share_in_time.one
    wait, wait_half = found.total_wait_min.one
    p95, p95_half = found.total_p95_min.one
    lines = [
        _(
            "%(share)s (± %(half)s) wait at most %(minutes)s minutes in all; %(goal)s were asked "
            "for."
        )
        % {
            "share": share(mean),
            "half": share(half),
            "minutes": f"{goal.wait_min:g}",
            "goal": f"{100 * goal.share:g}%",
        },
        _(
            "A person waits %(wait)s minutes (± %(half)s); 95 of 100 wait at most %(p95)s "
            "(± %(p95_half)s). The last one leaves at %(end)s."
        )
        % {
            "wait": number(wait, 1),
            "half": number(wait_half, 1),
            "p95": number(p95, 1),
            "p95_half": number(p95_half, 1),
            "end": clock(read, found.last_leaves_min.one[0]),
        },
        ngettext(
            "Outside at most %(n)d person queues on 95 of 100 days: %(metres)s metres.",
            "Outside at most %(n)d people queue on 95 of 100 days: %(metres)s metres.",
            found.outside_enough,
        )
        % {
            "n": found.outside_enough,
            "metres": number(found.outside_enough * read.hall.queue_m),
        },
    ]
    if found.unserved.one[0] > 0:
        lines.append(
            _("%(n)s people a day are never served, for want of staff.")
            % {"n": number(found.unserved.one[0])}
        )
    return lines


def tight_lines(read: Description, outcome: Outcome) -> list[str]:
    """Stations that cannot keep up, by how much; or the one with the least to spare."""
    if outcome.overloads:
        lines = [_overload(read, outcome, each) for each in outcome.overloads[:SHOWN]]
        more = len(outcome.overloads) - SHOWN
        if more > 0:
            lines.append(ngettext("… and %(n)d more.", "… and %(n)d more.", more) % {"n": more})
        return lines
    used = np.nan_to_num(outcome.measured.occupancy.mean)
    desks = [k for k, s in enumerate(read.situation.site.stations) if not s.is_seats]
    k = max(desks or range(len(used)), key=lambda k: float(used[k].max()))
    slot = int(used[k].argmax())
    said = {
        **slot_of(read, slot),
        "station": read.situation.site.names[k],
        "used": f"{100 * used[k, slot]:.0f}%",
    }
    return [
        _(
            "Every station keeps up. %(station)s has the least to spare: from %(from)s to %(to)s "
            "it is busy for %(used)s of the time."
        )
        % said
    ]


def _overload(read: Description, outcome: Outcome, over: Overload) -> str:
    said = {
        "station": read.situation.site.names[over.station],
        "offered": number(over.offered, 1),
        "staff": number(over.staff, 1),
        "used": f"{100 * over.utilisation:.0f}%" if over.staff > 0 else "∞",
        "missing": number(over.missing, 1),
    }
    if over.slot < 0:
        return (
            _(
                "%(station)s cannot keep up over the whole day: %(offered)s desks' work comes for "
                "%(staff)s desks, utilisation %(used)s; %(missing)s are missing."
            )
            % said
        )
    line = _(
        "%(station)s cannot keep up from %(from)s to %(to)s: %(offered)s desks' work comes for "
        "%(staff)s desks, utilisation %(used)s; %(missing)s are missing."
    ) % {**said, **slot_of(read, over.slot)}
    return line + _paused(read, outcome, over)


def _paused(read: Description, outcome: Outcome, over: Overload) -> str:
    """Why fewer desks are open than the table says people work there."""
    planned = outcome.staff[over.station][over.slot]
    if not read.situation.site.stations[over.station].breaks or over.staff > planned - 0.05:
        return ""
    words = {"n": planned, "staff": number(over.staff, 1)}
    return " " + _("Of %(n)s at work, breaks leave %(staff)s at the desks in that time.") % words


def help_lines(read: Description, outcome: Outcome) -> list[str]:
    """What one more person, or some seats, would save; the best three."""
    lines = [_helps(read, each) for each in outcome.help[:3]]
    if outcome.slots:
        best = outcome.slots[0]
        said = {
            **slot_of(read, best.slot),
            "station": read.situation.site.names[best.station],
            "saved": number(best.saved_min.one[0], 1),
        }
        lines.append(
            _(
                "If for one slot only: from %(from)s to %(to)s at %(station)s, which saves "
                "%(saved)s minutes of the mean."
            )
            % said
        )
    return lines


def _helps(read: Description, each: Help) -> str:
    station = read.situation.site.stations[each.station]
    said = {
        "n": each.added,
        "station": station.name,
        "mean": number(each.saved_min.one[0], 1),
        "half": number(each.saved_min.one[1], 1),
        "p95": number(each.saved_p95_min.one[0], 1),
        "p95_half": number(each.saved_p95_min.one[1], 1),
    }
    if station.is_seats:
        return (
            _(
                "%(n)d more seats at %(station)s save %(mean)s minutes (± %(half)s) of the mean "
                "wait, %(p95)s (± %(p95_half)s) of what 95 of 100 wait at most."
            )
            % said
        )
    return (
        _(
            "One more person at %(station)s all day saves %(mean)s minutes (± %(half)s) of the "
            "mean wait, %(p95)s (± %(p95_half)s) of what 95 of 100 wait at most."
        )
        % said
    )


def least_lines(read: Description, outcome: Outcome) -> list[str]:
    """How few, and how sure that is."""
    plan = outcome.sizing
    if plan is None:
        return []
    said = {
        "hours": number(person_hours(read, outcome)),
        "tried": plan.n_tried,
        "share": share(plan.share),
        "surely": share(plan.surely),
        "confidence": f"{100 * read.goal.confidence:g}%",
        "seats": plan.seats_floor,
    }
    proof = (
        _("%(hours)s person-hours: no plan takes fewer on these days; %(tried)d plans were tried.")
        if plan.is_proven
        else _("%(hours)s person-hours, not proven to be least; %(tried)d plans were tried.")
    )
    sure = (
        _(
            "On days that it has not seen %(share)s are in time, surely %(surely)s "
            "(%(confidence)s confidence)."
        )
        if plan.is_verified
        else _(
            "The goal could not be proven: surely only %(surely)s are in time. Give more budget, "
            "or a goal that can be met."
        )
    )
    lines = [proof % said, sure % said]
    if plan.seats_floor:
        lines.append(
            _("With fewer than %(seats)d seats no number of desks would be enough.") % said
        )
    return lines
