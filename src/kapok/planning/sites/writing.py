"""What ``kapok site`` prints and writes."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kapok.places.files.writing import replacing, write_csv
from kapok.planning.sites import telling
from kapok.planning.sites.outcome import Outcome
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _
from kapok.words import ngettext
from kapok_planning.sites import Estimate, Measured


@dataclass(frozen=True)
class Answer:
    """What was asked about a site: its staff as given, the least, or both."""

    read: Description
    given: Outcome | None
    least: Outcome | None

    @property
    def shown(self) -> Outcome:
        """The plan that is drawn and written: the least where it was asked for."""
        outcome = self.least or self.given
        if outcome is None:
            raise ValueError("Neither the given staff nor the least was asked for.")
        return outcome

    @property
    def first(self) -> Outcome:
        """The plan that is told first: the given one where there is one."""
        return self.given or self.shown


def write(path: Path, answer: Answer) -> None:
    """Write stations by slot as CSV, or everything as JSON."""
    table = rows(answer.read, answer.shown)
    if path.suffix.lower() == ".csv":
        write_csv(path, table)
        return
    with replacing(path) as file:
        file.write(_json({**summary(answer), "slots": table.to_dicts()}).encode())


def rows(read: Description, outcome: Outcome) -> pl.DataFrame:
    """One row for each station and slot."""
    site, found, measured = read.situation.site, [], outcome.measured
    for k, station in enumerate(site.stations):
        for h in range(site.n_slots):
            staff, slot = outcome.staff[k][h], telling.slot_of(read, h)
            found.append(
                {
                    "station": station.name,
                    "from": slot["from"],
                    "to": slot["to"],
                    "staff": None if station.is_seats else staff,
                    "seats": staff if station.is_seats else None,
                    "come": _rounded(measured.came.mean[k, h]),
                    "served": _rounded(measured.served.mean[k, h]),
                    "wait_min": _rounded(measured.wait_min.mean[k, h]),
                    "wait_min_half_width": _rounded(measured.wait_min.half[k, h]),
                    "wait_p95_min": _rounded(measured.wait_p95_min.mean[k, h]),
                    "queue": _rounded(measured.queue.mean[k, h]),
                    "occupancy": _rounded(measured.occupancy.mean[k, h], 3),
                }
            )
    return pl.DataFrame(found, infer_schema_length=None)


def _rounded(value: float, digits: int = 2) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _pair(figures: Estimate) -> dict[str, float | None]:
    mean, half = figures.one
    return {"mean": _rounded(mean, 4), "half_width": _rounded(half, 4)}


def _of_days(measured: Measured) -> dict[str, Any]:
    return {
        "people": _pair(measured.people),
        "unserved": _pair(measured.unserved),
        "total_wait_min": _pair(measured.total_wait_min),
        "total_p95_min": _pair(measured.total_p95_min),
        "share_in_time": _pair(measured.share_in_time),
        "outside_most": _pair(measured.outside_most),
        "outside_enough": measured.outside_enough,
        "last_leaves_min": _pair(measured.last_leaves_min),
    }


def summary(answer: Answer) -> dict[str, Any]:
    """The figures."""
    read, outcome = answer.read, answer.first
    names = read.situation.site.names
    found: dict[str, Any] = {
        "version": version("kapok"),
        "site": read.name,
        "seed": outcome.seed,
        "days": outcome.n_days,
        "goal": {"wait_min": read.goal.wait_min, "share": read.goal.share},
        "is_enough": telling.is_enough(read, outcome),
        **_of_days(outcome.measured),
        "overloads": [
            {
                "station": names[o.station],
                "from": telling.slot_of(read, o.slot)["from"] if o.slot >= 0 else None,
                "offered": round(o.offered, 2),
                "staff": round(o.staff, 2),
                "utilisation": _rounded(o.utilisation, 4),
            }
            for o in outcome.overloads
        ],
        "next": [
            {
                "station": names[h.station],
                "added": h.added,
                "saved_min": _pair(h.saved_min),
                "saved_p95_min": _pair(h.saved_p95_min),
                "share_gain": _pair(h.share_gain),
            }
            for h in outcome.help
        ],
    }
    if answer.least is not None and answer.least.sizing is not None:
        found["least"] = _least(read, answer.least)
    return found


def _least(read: Description, outcome: Outcome) -> dict[str, Any]:
    plan = outcome.sizing
    return {
        "staff": {
            name: list(row)
            for name, row in zip(read.situation.site.names, outcome.staff, strict=True)
        },
        **{
            name: getattr(plan, name)
            for name in ("person_slots", "is_verified", "is_proven", "seats_floor", "finished")
        },
        "share": round(plan.share, 5) if plan else None,
        "surely": round(plan.surely, 5) if plan else None,
        **_of_days(outcome.measured),
    }


def tell(answer: Answer, *, as_json: bool) -> str:
    """Sentences and tables, or the figures as JSON."""
    if as_json:
        return _json(summary(answer))
    read, outcome = answer.read, answer.first
    verdict = _("Enough") if telling.is_enough(read, outcome) else _("Not enough")
    days = ngettext("%(n)d simulated day", "%(n)d simulated days", outcome.n_days)
    first = _("%(site)s: %(people)s people a day, %(days)s (seed %(seed)d).") % {
        "site": read.name,
        "people": telling.number(outcome.measured.people.one[0]),
        "days": days % {"n": outcome.n_days},
        "seed": outcome.seed,
    }
    enough = telling.enough_lines(read, outcome)
    lines = [first, f"{verdict}: {enough[0]}", *enough[1:], "", *_stations(read, outcome), ""]
    lines += [*telling.tight_lines(read, outcome), *telling.help_lines(read, outcome)]
    if answer.least is not None:
        lines += ["", *_least_table(read, answer.least)]
    return "\n".join(lines) + "\n"


def _stations(read: Description, outcome: Outcome) -> list[str]:
    measured, names = outcome.measured, read.situation.site.names
    width = max(7, *(len(name) for name in names))
    lines = [f"{'station':<{width}}     staff   wait    P95  longest queue  busiest"]
    for k, name in enumerate(names):
        low, high = min(outcome.staff[k]), max(outcome.staff[k])
        staff = f"{low}" if low == high else f"{low}-{high}"
        used = np.nan_to_num(measured.occupancy.mean[k])
        h = int(used.argmax())
        busy = f"{used[h]:.0%} from {telling.slot_of(read, h)['from']}"
        lines.append(
            f"{name:<{width}}  {staff:>8}  {measured.station_wait_min.mean[k]:5.1f}  "
            f"{measured.station_p95_min.mean[k]:5.1f}  {measured.queue_most.mean[k]:13.0f}  {busy}"
        )
    return lines


def _least_table(read: Description, outcome: Outcome) -> list[str]:
    site = read.situation.site
    width = max(7, *(len(name) for name in site.names))
    proof, sure, *floor = telling.least_lines(read, outcome)
    begins = " ".join(f"{telling.slot_of(read, h)['from']:>5}" for h in range(site.n_slots))
    lines = [f"{_('Least staff')}: {proof}", sure, f"{'from':<{width}}  {begins}"]
    for k, station in enumerate(site.stations):
        if station.is_seats:
            lines.append(f"{station.name:<{width}}  {outcome.staff[k][0]} seats")
        else:
            cells = " ".join(f"{n:>5}" for n in outcome.staff[k])
            lines.append(f"{station.name:<{width}}  {cells}")
    return [*lines, *floor]
