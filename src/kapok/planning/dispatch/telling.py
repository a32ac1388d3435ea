"""What ``kapok dispatch`` writes and says."""

import json
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from kapok.places.files.writing import Ending, ending_of, replacing, write_csv, write_parquet
from kapok.planning.dispatch.moments import moment_text
from kapok.planning.dispatch.tables import Table
from kapok_planning.dispatch import Dispatch, Why

SENTENCES = {
    Why.NO_SKILL: "no unit has the skills",
    Why.NO_WAY: "no unit with the skills can get there",
    Why.SHIFT_ENDS: "every unit that could go would not be done before its shift ends",
    Why.UNITS_FULL: "every unit that could go has as many matters as it may",
    Why.NO_TIME_LEFT: "other matters leave no unit time before its shift ends",
}
DECIMALS = 7
M_IN_KM = 1000.0


def write(path: Path, matters: Table, units: Table, plan: Dispatch, *, now: float) -> None:
    """Write who goes where: all of it or nothing."""
    table = _rows(matters, units, plan, now)
    ending = ending_of(path)
    if ending is Ending.CSV:
        write_csv(path, table)
    elif ending is Ending.PARQUET:
        write_parquet(path, table)
    else:
        _write_points(path, matters, table, plan)


def _rows(matters: Table, units: Table, plan: Dispatch, now: float) -> pl.DataFrame:
    """One row for each matter, in the order of its file."""
    given = plan.unit >= 0
    names = units.ids.to_list()
    why = {item.matter: SENTENCES[item.why] for item in plan.left_out}

    def moments(values: "np.ndarray[Any, np.dtype[np.float64]]") -> list[str | None]:
        return [
            moment_text(now + value) if sent else None
            for value, sent in zip(values.tolist(), given.tolist(), strict=True)
        ]

    table = pl.DataFrame(
        {
            "id": matters.ids,
            "unit": [names[u] if u >= 0 else None for u in plan.unit.tolist()],
            "position": plan.position + 1,
            "travel_min": np.round(plan.travel_min, 1),
            "travel_m": np.round(plan.travel_m),
            "by_street": plan.by_street,
            "arrival": moments(plan.arrival_min),
            "done": moments(plan.done_min),
            "late_min": np.round(plan.late_min, 1),
            "why": [why.get(i) for i in range(matters.n)],
        },
        schema_overrides={"unit": pl.String, "why": pl.String},
    )
    told = ("position", "travel_min", "travel_m", "by_street", "late_min")
    return table.with_columns(
        pl.when(pl.col("unit").is_not_null()).then(pl.col(name)).alias(name) for name in told
    )


def _write_points(path: Path, matters: Table, table: pl.DataFrame, plan: Dispatch) -> None:
    """A point for each matter (RFC 7946)."""
    about = {"version": version("kapok"), **summary(matters, plan)}
    head = json.dumps({"type": "FeatureCollection", "kapok": about}, ensure_ascii=False)
    places = np.round(np.stack([matters.lon, matters.lat], axis=1), DECIMALS).tolist()
    with replacing(path) as file:
        file.write(f'{head[:-1]}, "features": [\n'.encode())
        for i, (place, row) in enumerate(zip(places, table.iter_rows(named=True), strict=True)):
            feature = {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place},
                "properties": row,
            }
            comma = ",\n" if i else ""
            file.write(f"{comma}{json.dumps(feature, ensure_ascii=False)}".encode())
        file.write(b"\n]}\n")


def summary(matters: Table, plan: Dispatch) -> dict[str, Any]:
    """The figures, ready for JSON."""
    totals = plan.totals
    return {
        "matters": matters.n,
        "sent": matters.n - totals.n_left_out,
        "units": len(plan.orders),
        "late": totals.n_late,
        "urgent_late": totals.n_urgent_late,
        "late_min_weighted": round(totals.late_min, 1),
        "km": round(totals.metres / M_IN_KM, 1),
        "other_than_preferred_unit": totals.n_other_unit,
        "left_out": dict(Counter(str(item.why) for item in plan.left_out)),
    }


def tell(matters: Table, plan: Dispatch, *, as_json: bool) -> str:
    """The figures for the terminal."""
    figures = summary(matters, plan)
    if as_json:
        return json.dumps(figures, ensure_ascii=False, indent=2) + "\n"
    lines = [
        f"{figures['sent']:,} of {matters.n:,} matters go to {figures['units']:,} units, "
        f"{figures['km']:,} km in all.",
        f"{figures['late']:,} are reached late, {figures['urgent_late']:,} of them urgent; "
        f"{figures['late_min_weighted']:,} minutes by weight.",
    ]
    if figures["other_than_preferred_unit"]:
        n = figures["other_than_preferred_unit"]
        lines.append(f"{n:,} go to another than the unit that was asked for.")
    for why, sentence in SENTENCES.items():
        if n := figures["left_out"].get(str(why)):
            lines.append(f"{n:,} left out: {sentence}.")
    return "\n".join(lines) + "\n"
