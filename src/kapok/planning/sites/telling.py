"""What ``kapok site`` says and writes."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kapok.places.files.problems import many
from kapok.places.files.writing import replacing, write_csv
from kapok_planning.sites import Estimate, Goal, Help, Measured, Overload, Site, Sizing

MIN_IN_H = 60
SHOWN = 6
METRES_IN_QUEUE = 1.0
TIGHT = 0.9


@dataclass(frozen=True)
class Sized:
    """A plan of least staff, and what its days are like."""

    site: Site
    plan: Sizing
    measured: Measured


@dataclass(frozen=True)
class Answer:
    """All that was found out about a site."""

    name: str
    site: Site
    goal: Goal
    opens_min: float
    seed: int
    n_days: int
    measured: Measured
    overloads: tuple[Overload, ...]
    help: tuple[Help, ...]
    slots: tuple[Help, ...]
    sized: Sized | None

    def clock(self, minutes: float) -> str:
        """A moment of the site's day as 08:30."""
        if not np.isfinite(minutes):
            return "never"
        at = round(self.opens_min + minutes)
        return f"{at // MIN_IN_H:02d}:{at % MIN_IN_H:02d}"

    @property
    def is_enough(self) -> bool:
        """Whether the goal holds, by the lower end of the interval."""
        mean, half = self.measured.share_in_time.one
        return bool(mean - half >= self.goal.share)


def write(path: Path, answer: Answer) -> None:
    """Write stations by slot as CSV, or everything as JSON."""
    sized = answer.sized
    site, measured = (sized.site, sized.measured) if sized else (answer.site, answer.measured)
    table = rows(answer, site, measured)
    if path.suffix.lower() == ".csv":
        write_csv(path, table)
        return
    with replacing(path) as file:
        file.write(_json({**summary(answer), "slots": table.to_dicts()}).encode())


def rows(answer: Answer, site: Site, measured: Measured) -> pl.DataFrame:
    """One row for each station and slot."""
    n_slots, found = site.n_slots, []
    for k, station in enumerate(site.stations):
        for h in range(n_slots):
            found.append(
                {
                    "station": station.name,
                    "from": answer.clock(h * site.slot_min),
                    "to": answer.clock((h + 1) * site.slot_min),
                    "staff": None if station.is_seats else int(site.staff[k, h]),
                    "seats": int(site.staff[k, h]) if station.is_seats else None,
                    "come": _rounded(measured.came, (k, h)),
                    "served": _rounded(measured.served, (k, h)),
                    "wait_min": _rounded(measured.wait_min, (k, h)),
                    "wait_min_half_width": _half(measured.wait_min, (k, h)),
                    "wait_p95_min": _rounded(measured.wait_p95_min, (k, h)),
                    "queue": _rounded(measured.queue, (k, h)),
                    "occupancy": _rounded(measured.occupancy, (k, h), 3),
                }
            )
    return pl.DataFrame(found, infer_schema_length=None)


def _rounded(figures: Estimate, at: tuple[int, ...], digits: int = 2) -> float | None:
    value = float(figures.mean[at])
    return round(value, digits) if np.isfinite(value) else None


def _half(figures: Estimate, at: tuple[int, ...]) -> float | None:
    value = float(figures.half[at])
    return round(value, 2) if np.isfinite(value) else None


def _json(content: object) -> str:
    return json.dumps(_finite(content), ensure_ascii=False, indent=2) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _pair(figures: Estimate) -> dict[str, float]:
    mean, half = figures.one
    return {"mean": round(mean, 4), "half_width": round(half, 4)}


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
    names = answer.site.names
    found: dict[str, Any] = {
        "version": version("kapok"),
        "site": answer.name,
        "seed": answer.seed,
        "days": answer.n_days,
        "goal": {"wait_min": answer.goal.wait_min, "share": answer.goal.share},
        "is_enough": answer.is_enough,
        **_of_days(answer.measured),
        "overloads": [
            {
                "station": names[o.station],
                "from": answer.clock(o.slot * answer.site.slot_min) if o.slot >= 0 else None,
                "offered": round(o.offered, 2),
                "staff": round(o.staff, 2),
                "utilisation": round(o.utilisation, 4),
            }
            for o in answer.overloads
        ],
        "next": [
            {
                "station": names[h.station],
                "added": h.added,
                "saved_min": _pair(h.saved_min),
                "saved_p95_min": _pair(h.saved_p95_min),
                "share_gain": _pair(h.share_gain),
            }
            for h in answer.help
        ],
    }
    if answer.sized:
        plan = answer.sized.plan
        found["least"] = {
            "staff": {
                s.name: plan.staff[k].tolist() for k, s in enumerate(answer.sized.site.stations)
            },
            "person_slots": plan.person_slots,
            "share": round(plan.share, 5),
            "surely": round(plan.surely, 5),
            "is_verified": plan.is_verified,
            "is_proven": plan.is_proven,
            "seats_floor": plan.seats_floor,
            **_of_days(answer.sized.measured),
        }
    return found


def tell(answer: Answer, *, as_json: bool) -> str:
    """Sentences and tables, or the figures as JSON."""
    if as_json:
        return _json(summary(answer))
    lines = [*_headline(answer), "", *_stations(answer, answer.site, answer.measured), ""]
    lines += [*_overload_lines(answer), *_help_lines(answer)]
    if answer.sized:
        lines += ["", *_least_lines(answer, answer.sized)]
    return "\n".join(lines) + "\n"


def _headline(answer: Answer) -> list[str]:
    measured, goal = answer.measured, answer.goal
    share, half = measured.share_in_time.one
    p95, p95_half = measured.total_p95_min.one
    mean, mean_half = measured.total_wait_min.one
    verdict = "Enough" if answer.is_enough else "Not enough"
    lines = [
        f"{answer.name}: {measured.people.one[0]:,.0f} people a day, "
        f"{many(answer.n_days, 'simulated day')} (seed {answer.seed}).",
        f"{verdict}: {share:.1%} (± {half:.1%}) wait at most {goal.wait_min:g} minutes in all; "
        f"{goal.share:.0%} were asked for.",
        f"A person waits {mean:.1f} minutes (± {mean_half:.1f}); 95 of 100 wait at most {p95:.1f} "
        f"(± {p95_half:.1f}). The last one leaves at "
        f"{answer.clock(measured.last_leaves_min.one[0])}.",
        f"Outside at most {measured.outside_enough} people queue on 95 of 100 days, "
        f"{measured.outside_enough * METRES_IN_QUEUE:.0f} metres at {METRES_IN_QUEUE:g} m each.",
    ]
    if measured.unserved.one[0] > 0:
        lines.append(f"{measured.unserved.one[0]:,.0f} people a day are never served.")
    return lines


def _stations(answer: Answer, site: Site, measured: Measured) -> list[str]:
    width = max(7, *(len(name) for name in site.names))
    head = f"{'station':<{width}}     staff   wait    P95  longest queue  busiest"
    lines = [head]
    for k, station in enumerate(site.stations):
        low, high = int(site.staff[k].min()), int(site.staff[k].max())
        staff = f"{low}" if low == high else f"{low}-{high}"
        used = measured.occupancy.mean[k]
        h = int(np.nanargmax(used)) if np.isfinite(used).any() else 0
        busy = f"{used[h]:.0%} from {answer.clock(h * site.slot_min)}"
        lines.append(
            f"{station.name:<{width}}  {staff:>8}  {measured.station_wait_min.mean[k]:5.1f}  "
            f"{measured.station_p95_min.mean[k]:5.1f}  {measured.queue_most.mean[k]:13.0f}  {busy}"
        )
    return lines


def _overload_lines(answer: Answer) -> list[str]:
    lines = []
    for over in answer.overloads[:SHOWN]:
        name = answer.site.names[over.station]
        when = "over the whole day"
        if over.slot >= 0:
            begin = over.slot * answer.site.slot_min
            when = f"from {answer.clock(begin)} to {answer.clock(begin + answer.site.slot_min)}"
        lines.append(
            f"{name} cannot keep up {when}: {over.offered:.1f} desks' work comes for "
            f"{over.staff:.1f} desks, utilisation {over.utilisation:.0%}; "
            f"{over.missing:.1f} are missing."
        )
    if len(answer.overloads) > SHOWN:
        lines.append(f"… and {len(answer.overloads) - SHOWN} more.")
    return lines


def _help_lines(answer: Answer) -> list[str]:
    lines = []
    for each in answer.help[:3]:
        station = answer.site.stations[each.station]
        who = f"{each.added} more seats" if station.is_seats else "One more person"
        at = "" if station.is_seats else f" at {station.name} all day"
        at = f" at {station.name}" if station.is_seats else at
        mean, half = each.saved_min.one
        p95, p95_half = each.saved_p95_min.one
        save = "save" if station.is_seats else "saves"
        lines.append(
            f"{who}{at} {save} {mean:.1f} minutes (± {half:.1f}) of the mean wait, "
            f"{p95:.1f} (± {p95_half:.1f}) of what 95 of 100 wait at most."
        )
    if answer.slots:
        best = answer.slots[0]
        begin = best.slot * answer.site.slot_min
        lines.append(
            f"If for one slot only: from {answer.clock(begin)} to "
            f"{answer.clock(begin + answer.site.slot_min)} at {answer.site.names[best.station]}, "
            f"which saves {best.saved_min.one[0]:.1f} minutes of the mean."
        )
    return lines


def _least_lines(answer: Answer, sized: Sized) -> list[str]:
    plan, site = sized.plan, sized.site
    hours = plan.person_slots * site.slot_min / MIN_IN_H
    width = max(7, *(len(name) for name in site.names))
    proof = "no plan takes fewer on these days" if plan.is_proven else "not proven to be least"
    lines = [
        f"Least staff: {hours:,.0f} person-hours ({proof}; {plan.n_tried} plans tried). On days "
        f"that it has not seen {plan.share:.1%} are in time, surely {plan.surely:.1%} "
        f"({answer.goal.confidence:.0%} confidence).",
        f"{'from':<{width}}  "
        + " ".join(f"{answer.clock(h * site.slot_min):>5}" for h in range(site.n_slots)),
    ]
    for k, station in enumerate(site.stations):
        if station.is_seats:
            lines.append(f"{station.name:<{width}}  {plan.staff[k, 0]} seats")
        else:
            cells = " ".join(f"{n:>5}" for n in plan.staff[k].tolist())
            lines.append(f"{station.name:<{width}}  {cells}")
    if plan.seats_floor:
        lines.append(
            f"With fewer than {plan.seats_floor} seats no number of desks would be enough."
        )
    return lines
