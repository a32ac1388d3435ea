"""What ``kapok hotline`` says and writes."""

import json
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from kapok.places.files.problems import many
from kapok.places.files.writing import replacing, write_csv
from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.tables import Table
from kapok_planning.hotline import Overload, Pooling, Shift, ShiftPlan, Staffing, Target

SHOWN = 40
S_IN_H = 3600.0


@dataclass(frozen=True)
class Rota:
    """Shifts of one skill; the first interval begins at ``begin_min``."""

    skill: str
    begin_min: float
    shifts: tuple[Shift, ...]
    plan: ShiftPlan


@dataclass(frozen=True)
class Answer:
    """All that was found out about a file of intervals."""

    table: Table
    zone: ZoneInfo
    target: Target
    plan: Staffing
    given: Staffing | None
    overloads: tuple[Overload, ...]
    pooling: tuple[tuple[float, Pooling], ...]
    rotas: tuple[Rota, ...]


def rows(answer: Answer) -> pl.DataFrame:
    """One row for each interval."""
    table, plan, given = answer.table, answer.plan, answer.given
    columns: dict[str, Any] = {
        "start": [clock(m, answer.zone).isoformat(timespec="minutes") for m in table.minutes],
        "skill": table.skill,
        "calls": table.calls,
        "load_erlang": plan.load.round(4),
        "agents": plan.agents,
        "rostered": plan.rostered,
        "service_level": plan.service_level.round(4),
        "mean_wait_s": plan.wait_s.round(1),
        "abandoned": plan.abandoned.round(4),
        "occupancy": plan.occupancy.round(4),
    }
    if given is not None:
        columns |= {
            "given_agents": given.agents,
            "given_service_level": given.service_level.round(4),
            "given_mean_wait_s": given.wait_s.round(1),
            "given_abandoned": given.abandoned.round(4),
        }
    frame = pl.DataFrame(columns)
    return frame if any(table.skill) else frame.drop("skill")


def write(path: Path, answer: Answer) -> None:
    """Write the intervals as CSV, or everything as JSON."""
    if path.suffix.lower() == ".csv":
        write_csv(path, rows(answer))
        return
    with replacing(path) as file:
        file.write(_json({**summary(answer), "intervals": rows(answer).to_dicts()}).encode())


def tell(answer: Answer, *, as_json: bool) -> str:
    """The table and the sentences, or the figures as JSON."""
    if as_json:
        return _json(summary(answer))
    parts = [_table(answer), *_overload_lines(answer), *_pool_lines(answer)]
    for rota in answer.rotas:
        parts += _rota_lines(answer, rota)
    return "\n".join([*parts, _close(answer)]) + "\n"


def _json(content: object) -> str:
    """JSON, with null where a queue has no end."""
    return json.dumps(_finite(content), ensure_ascii=False, indent=2) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def summary(answer: Answer) -> dict[str, Any]:
    """The figures."""
    table, plan, hours = answer.table, answer.plan, answer.table.interval_min / 60.0
    found: dict[str, Any] = {
        "version": version("kapok"),
        "intervals": table.n,
        "interval_min": table.interval_min,
        "calls": float(table.calls.sum()),
        "agent_hours": float(plan.agents.sum() * hours),
        "paid_hours": float(plan.rostered.sum() * hours),
        "most_agents": int(plan.agents.max()),
        "overloads": [
            {
                "start": clock(float(table.minutes[o.interval]), answer.zone).isoformat(),
                "skill": table.skill[o.interval],
                "load_erlang": round(o.load, 4),
                "agents": o.agents,
                "missing_erlang": round(o.missing, 4),
                "needed": int(plan.agents[o.interval]),
            }
            for o in answer.overloads
        ],
    }
    if answer.pooling:
        alone = sum(int(p.alone.agents.sum()) for _, p in answer.pooling) * hours
        together = sum(int(p.together.agents[0]) for _, p in answer.pooling) * hours
        found["pooling"] = {"alone_hours": alone, "pooled_hours": together}
    found["shifts"] = [
        {
            "skill": rota.skill,
            "people": int(rota.plan.people.sum()),
            "paid_hours": rota.plan.cost * hours,
            "is_proven": rota.plan.is_proven,
            "short_intervals": int((rota.plan.short > 0).sum()),
            "shifts": _worked(answer, rota),
        }
        for rota in answer.rotas
    ]
    return found


def _worked(answer: Answer, rota: Rota) -> list[dict[str, Any]]:
    def at(interval: int) -> str:
        minutes = rota.begin_min + interval * answer.table.interval_min
        return clock(minutes, answer.zone).isoformat(timespec="minutes")

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


def _table(answer: Answer) -> str:
    table, plan = answer.table, answer.plan
    has_skills = any(table.skill)
    width = max(5, *(len(s) for s in table.skill)) if has_skills else 0
    skill_head = f"{'skill':<{width}}  " if has_skills else ""
    lines = [f"{'start':<16}  {skill_head} calls   load  agents  rostered  in time    wait  busy"]
    for t in range(min(table.n, SHOWN)):
        skill = f"{table.skill[t]:<{width}}  " if has_skills else ""
        lines.append(
            f"{clock(float(table.minutes[t]), answer.zone):%Y-%m-%d %H:%M}  {skill}"
            f"{table.calls[t]:6g} {plan.load[t]:6.2f}  {plan.agents[t]:6d}  {plan.rostered[t]:8d}  "
            f"{plan.service_level[t]:7.1%}  {plan.wait_s[t]:4.0f} s  {plan.occupancy[t]:4.0%}"
        )
    if table.n > SHOWN:
        lines.append(f"… and {table.n - SHOWN:,} more; -o FILE writes all of them.")
    return "\n".join(lines)


def _overload_lines(answer: Answer) -> list[str]:
    """Given agents that cannot keep up, and by how much."""
    lines = []
    for over in answer.overloads[:SHOWN]:
        t = over.interval
        skill = f" ({answer.table.skill[t]})" if answer.table.skill[t] else ""
        used = f"{over.utilisation:.0%}" if over.agents else "without end"
        lines.append(
            f"{clock(float(answer.table.minutes[t]), answer.zone):%Y-%m-%d %H:%M}{skill}: "
            f"{many(over.agents, 'agent')} for {over.load:.2f} Erlang, utilisation {used}: the "
            f"work of {over.missing:.2f} agents is left over and the queue grows; "
            f"{answer.plan.agents[t]} are needed."
        )
    if len(answer.overloads) > SHOWN:
        lines.append(f"… and {len(answer.overloads) - SHOWN:,} more intervals that cannot keep up.")
    return lines


def _pool_lines(answer: Answer) -> list[str]:
    if not answer.pooling:
        return []
    hours = answer.table.interval_min / 60.0
    alone = sum(int(p.alone.agents.sum()) for _, p in answer.pooling) * hours
    together = sum(int(p.together.agents[0]) for _, p in answer.pooling) * hours
    return [
        f"{many(len(answer.table.skills), 'skill')} alone take {alone:,.1f} agent-hours; if all "
        f"could take every call, {together:,.1f} would do: {alone - together:,.1f} fewer."
    ]


def _rota_lines(answer: Answer, rota: Rota) -> list[str]:
    plan, hours = rota.plan, answer.table.interval_min / 60.0
    of = f" of “{rota.skill}”" if rota.skill else ""
    proof = "no plan takes fewer" if plan.is_proven else f"at least {plan.bound * hours:g}"
    lines = [
        f"Shifts{of}: {many(int(plan.people.sum()), 'shift')}, {plan.cost * hours:g} paid hours "
        f"({proof})."
    ]
    for each in _worked(answer, rota)[:SHOWN]:
        pause = "".join(f", break {a[11:16]}-{b[11:16]}" for a, b in each["breaks"])
        lines.append(
            f"  {each['start'][:10]} {each['start'][11:16]}-{each['end'][11:16]}{pause}: "
            f"{each['people']}"
        )
    short = np.flatnonzero(plan.short)
    if len(short):
        at = clock(rota.begin_min + int(short[0]) * answer.table.interval_min, answer.zone)
        lines.append(
            f"  {many(len(short), 'interval')} are not covered, first {at:%Y-%m-%d %H:%M} "
            f"({plan.short[short[0]]} missing): more people, or shifts that reach there."
        )
    return lines


def _close(answer: Answer) -> str:
    table, plan, hours = answer.table, answer.plan, answer.table.interval_min / 60.0
    return (
        f"{table.calls.sum():,.0f} calls in {many(table.n, 'interval')} of {table.interval_min:g} "
        f"minutes: {plan.agents.sum() * hours:,.1f} hours at the phone, "
        f"{plan.rostered.sum() * hours:,.1f} paid; at most {plan.agents.max()} at once."
    )
