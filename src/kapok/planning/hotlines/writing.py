"""What ``kapok hotline`` prints and writes: a table, sentences, CSV and JSON."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kapok.places.files.writing import replacing, write_csv
from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan, Rota
from kapok.planning.hotlines.situation import Situation
from kapok.planning.hotlines.telling import SHOWN, hours_of, notes, sections
from kapok.words import gettext as _


def rows(situation: Situation, plan: Plan) -> pl.DataFrame:
    """One row for each interval."""
    table, staffing, given = situation.table, plan.staffing, plan.given
    zone = situation.settings.zone
    columns: dict[str, Any] = {
        "start": [clock(m, zone).isoformat(timespec="minutes") for m in table.minutes],
        "skill": table.skill,
        "calls": table.calls,
        "load_erlang": staffing.load.round(4),
        "agents": staffing.agents,
        "rostered": staffing.rostered,
        "service_level": staffing.service_level.round(4),
        "mean_wait_s": staffing.wait_s.round(1),
        "abandoned": staffing.abandoned.round(4),
        "occupancy": staffing.occupancy.round(4),
    }
    if given is not None:
        columns |= {
            "given_agents": given.agents,
            "given_service_level": given.service_level.round(4),
            "given_mean_wait_s": given.wait_s.round(1),
            "given_abandoned": given.abandoned.round(4),
        }
    if plan.lines is not None and len(table.skills) == 1:
        columns |= {
            "lines_alone_agents": plan.lines.alone,
            "leave_street": plan.lines.left_street.round(6),
            "reach_city": plan.lines.reached_city.round(6),
            "city_seats": plan.lines.city_seats,
            "lost": plan.lines.lost.round(6),
        }
    frame = pl.DataFrame(columns)
    return frame if any(table.skill) else frame.drop("skill")


def write(path: Path, situation: Situation, plan: Plan) -> None:
    """Write the intervals as CSV, or everything as JSON."""
    table = rows(situation, plan)
    if path.suffix.lower() == ".csv":
        write_csv(path, table)
        return
    with replacing(path) as file:
        whole = {**summary(situation, plan), "intervals": table.to_dicts()}
        file.write(as_json(whole).encode())


def as_json(content: object) -> str:
    """JSON, with null where a queue has no end."""
    return json.dumps(_finite(content), ensure_ascii=False, indent=2) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def summary(situation: Situation, plan: Plan) -> dict[str, Any]:
    """The figures."""
    table, staffing, hours = situation.table, plan.staffing, hours_of(situation)
    found: dict[str, Any] = {
        "version": version("kapok"),
        "intervals": table.n,
        "interval_min": table.interval_min,
        "calls": float(table.calls.sum()),
        "agent_hours": float(staffing.agents.sum() * hours),
        "paid_hours": float(staffing.rostered.sum() * hours),
        "most_agents": int(staffing.agents.max()),
        "overloads": [
            {
                "start": clock(
                    float(table.minutes[o.interval]), situation.settings.zone
                ).isoformat(),
                "skill": table.skill[o.interval],
                "load_erlang": round(o.load, 4),
                "agents": o.agents,
                "missing_erlang": round(o.missing, 4),
                "needed": int(staffing.agents[o.interval]),
            }
            for o in plan.overloads
        ],
        "notes": [line for section in notes(situation) for line in section.lines],
    }
    if plan.pooled is not None:
        found["pooling"] = {
            "alone_hours": float(plan.pooled.alone.sum() * hours),
            "pooled_hours": float(plan.pooled.together.sum() * hours),
        }
    if plan.lines is not None and situation.settings.streets is not None:
        found["lines"] = {
            "lines": situation.settings.streets.lines.n,
            "alone_hours": float(plan.lines.alone.sum() * hours),
            "most_leave_street": float(plan.lines.left_street.max()),
            "most_reach_city": float(plan.lines.reached_city.max()),
            "city_seats": int(plan.lines.city_seats.max()),
            "most_lost": float(plan.lines.lost.max()),
        }
    found["shifts"] = [
        {
            "skill": rota.skill,
            "people": int(rota.plan.people.sum()),
            "paid_hours": rota.plan.cost * hours,
            "is_proven": rota.plan.is_proven,
            "short_intervals": int((rota.plan.short > 0).sum()),
            "shifts": worked_shifts(situation, rota),
        }
        for rota in plan.rotas
    ]
    return found


def worked_shifts(situation: Situation, rota: Rota) -> list[dict[str, Any]]:
    """The shifts that somebody works, with their moments."""

    def at(interval: int) -> str:
        minutes = rota.begin_min + interval * situation.table.interval_min
        return clock(minutes, situation.settings.zone).isoformat(timespec="minutes")

    return [
        {
            "start": at(shift.start),
            "end": at(shift.end),
            "breaks": [[at(a), at(b)] for a, b in shift.breaks],
            "people": n,
        }
        for shift, n in zip(rota.shifts, rota.plan.people.tolist(), strict=True)
        if n
    ]


def tell(situation: Situation, plan: Plan) -> str:
    """The table and the sentences."""
    parts = [_table(situation, plan), _whole(situation, plan)]
    for section in sections(situation, plan):
        parts += ["", f"{section.head}:", *(f"  {line}" for line in section.lines)]
    for rota in plan.rotas:
        parts += _rota_lines(situation, rota)
    return "\n".join(parts) + "\n"


def _table(situation: Situation, plan: Plan) -> str:
    table, staffing = situation.table, plan.staffing
    has_skills = any(table.skill)
    width = max(5, *(len(s) for s in table.skill)) if has_skills else 0
    skill_head = f"{'skill':<{width}}  " if has_skills else ""
    lines = [f"{'start':<16}  {skill_head} calls   load  agents  rostered  in time    wait  busy"]
    for t in range(min(table.n, SHOWN)):
        skill = f"{table.skill[t]:<{width}}  " if has_skills else ""
        at = clock(float(table.minutes[t]), situation.settings.zone)
        lines.append(
            f"{at:%Y-%m-%d %H:%M}  {skill}{table.calls[t]:6.4g} {staffing.load[t]:6.2f}  "
            f"{staffing.agents[t]:6d}  {staffing.rostered[t]:8d}  {staffing.service_level[t]:7.1%}"
            f"  {staffing.wait_s[t]:4.0f} s  {staffing.occupancy[t]:4.0%}"
        )
    if table.n > SHOWN:
        lines.append(
            _("… and %(n)s more; -o FILE writes all of them.") % {"n": f"{table.n - SHOWN:,}"}
        )
    return "\n".join(lines)


def _rota_lines(situation: Situation, rota: Rota) -> list[str]:
    all_worked = worked_shifts(situation, rota)
    lines = ["", f"{rota.skill or _('Shifts')}:"] if all_worked else []
    for each in all_worked[:SHOWN]:
        pause = "".join(f", break {a[11:16]}-{b[11:16]}" for a, b in each["breaks"])
        lines.append(
            f"  {each['start'][:10]} {each['start'][11:16]}-{each['end'][11:16]}{pause}: "
            f"{each['people']}"
        )
    if len(all_worked) > SHOWN:
        more = f"{len(all_worked) - SHOWN:,}"
        lines.append(_("… and %(n)s more; -o FILE writes all of them.") % {"n": more})
    return lines


def _whole(situation: Situation, plan: Plan) -> str:
    table, staffing, hours = situation.table, plan.staffing, hours_of(situation)
    return _(
        "%(calls)s calls in %(n)s intervals of %(minutes)s minutes: %(phone)s hours at the phone, "
        "%(paid)s paid; at most %(most)s at once."
    ) % {
        "calls": f"{table.calls.sum():,.0f}",
        "n": f"{table.n:,}",
        "minutes": f"{table.interval_min:g}",
        "phone": f"{staffing.agents.sum() * hours:,.1f}",
        "paid": f"{staffing.rostered.sum() * hours:,.1f}",
        "most": int(staffing.agents.max()),
    }
