"""The measures of a plan as rows, as JSON and as a table for people."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from kapok.places.files.inputs import ALL, Drawn
from kapok_planning.grids import Bounds, GridException, Measures, Reason

SHOWN = 10
UNKNOWN = "unknown"
WORDS = {
    UNKNOWN: "no reason is known",
    "small_community": "the community has too few households",
    "large_building": "a single building is over the upper bound",
    "isolated": "cut off from the rest of the community by barriers",
    "no_cut_exists": "no cut within the bounds exists",
    "no_cut_found": "no cut within the bounds was found",
}


@dataclass(frozen=True)
class Report:
    """A plan and its measures.

    ``labels`` name the grids; ``extra`` are further figures for the summary; ``previous`` names the
    former grid that each goes on from, where a former plan is known. Only a plan of our own was
    ``searched`` for better cuts; of another's we do not know why no cut was found.
    """

    drawn: Drawn
    bounds: Bounds
    grid: "np.ndarray[Any, np.dtype[np.int32]]"
    labels: list[str]
    measures: Measures
    exceptions: tuple[GridException, ...]
    extra: dict[str, Any]
    previous: list[str | None] | None = None
    searched: bool = True

    def summary(self) -> dict[str, Any]:
        """The figures in all."""
        figures = {
            **self.measures.summary(),
            "exceptions": dict(self._reasons()),
            "bounds": [self.bounds.low, self.bounds.high],
        }
        return {**figures, **self.extra}

    def rows(self) -> list[dict[str, Any]]:
        """The figures of each grid."""
        found = self.measures
        reasons = {item.grid: self._reason(item) for item in self.exceptions}
        unknown = self._without_residents()
        return [
            {
                "grid": label,
                "community": self._community(i),
                "households": int(found.households[i]),
                "residents": None if unknown[i] else round(float(found.residents[i])),  # type: ignore[index]
                "buildings": int(found.n_buildings_of[i]),
                "rms_m": round(float(found.grid_rms_m[i]), 2),
                "connected": bool(found.connected[i]),
                "in_bounds": bool(found.in_bounds[i]),
                "reason": reasons.get(i),
                **({} if self.previous is None else {"previous": self.previous[i]}),
            }
            for i, label in enumerate(self.labels)
        ]

    def as_json(self) -> str:
        """Everything, for programs."""
        return json.dumps(
            {"summary": self.summary(), "grids": self.rows()}, ensure_ascii=False, indent=1
        )

    def _reasons(self) -> Counter[str]:
        return Counter(self._reason(item) for item in self.exceptions)

    def _reason(self, item: GridException) -> str:
        known = self.searched or item.reason is not Reason.NO_CUT_FOUND
        return str(item.reason) if known else UNKNOWN

    def _community(self, grid: int) -> str | None:
        if self.drawn.communities == [ALL]:
            return None
        return self.drawn.communities[int(self.measures.community[grid])]

    def _without_residents(self) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        if self.measures.residents is None:
            return np.ones(self.measures.n_grids, dtype=bool)
        missing = np.zeros(self.measures.n_grids, dtype=bool)
        if self.drawn.unknown is not None:
            missing[self.grid[self.drawn.unknown]] = True
        return missing

    def as_table(self) -> str:
        """The figures in all, for people."""
        found, n = self.measures, self.measures.n_grids
        low, high = self.bounds.low, self.bounds.high
        lines = [
            ("Grids", f"{n:,}"),
            ("Buildings", f"{found.n_buildings:,}"),
            ("Households", f"{int(found.households.sum()):,}"),
            (f"Grids of {low}–{high} households", _share(found.n_in_bounds, n)),
            ("Households per grid", _spread(found)),
            ("Distance to the centre (RMS)", f"{found.rms_m:,.1f} m"),
            ("Grids in several pieces", f"{found.n_discontiguous:,}"),
            ("Grids in several communities", f"{found.n_split_communities:,}"),
            ("Barriers crossed", f"{found.n_crossings:,}"),
            ("Main streets between neighbours of a grid", f"{found.n_street_cuts:,}"),
        ]
        if found.residents is not None:
            lines.insert(3, ("Residents", f"{found.residents.sum():,.0f}"))
        if found.moved_households is not None:
            moved = _share(found.moved_households, int(found.households.sum()))
            lines.append(("Households that change grid", moved))
        width = max(len(name) for name, _ in lines)
        return "\n".join(f"{name:<{width}}  {value}" for name, value in lines)

    def outside(self) -> str | None:
        """A sentence on the grids outside the bounds: how many, which, and why."""
        if not self.exceptions:
            return None
        n, low, high = len(self.exceptions), self.bounds.low, self.bounds.high
        reasons = self._reasons()
        told = "; ".join(
            f"{count:,} {reason} ({WORDS[reason]})" for reason, count in reasons.most_common()
        )
        first = ", ".join(
            f"{self.labels[item.grid]} ({item.households:,})" for item in self.exceptions[:SHOWN]
        )
        more = f" and {n - SHOWN:,} more" if n > SHOWN else ""
        have, names = ("grid lies", "It is") if n == 1 else ("grids lie", "They are")
        return f"{n:,} {have} outside {low}–{high} households: {told}. {names} {first}{more}."


def _share(part: int, total: int) -> str:
    return f"{part:,} of {total:,} ({100 * part / total:.1f} %)" if total else "0"


def _spread(found: Measures) -> str:
    each = found.households
    if not len(each):
        return "–"
    return f"{each.min():,} to {each.max():,}, {each.mean():,.0f} in the mean"
