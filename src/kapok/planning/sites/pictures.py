"""The answer as a picture: staff and waits by slot. Matplotlib is loaded when asked."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from kapok.planning.sites.outcome import Outcome
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _

ENDINGS = (".svg", ".png", ".pdf")
STAFF, WORK, WAIT, GRID = "#cbd5e1", "#c2410c", "#1d4ed8", "#e2e8f0"
INK, PALE = "#1f2937", "#64748b"
MOST_TICKS = (12, 6)


def draw(path: Path, read: Description, outcome: Outcome) -> None:
    """Draw a plan into a file."""
    from kapok.planning.drawing import save  # noqa: PLC0415  # Matplotlib, when asked

    save(path, figure_of(read, outcome))


def figure_of(read: Description, outcome: Outcome) -> Any:
    """A Matplotlib figure: on the left who is at work and how many of them are busy, on the right
    how long people wait, in the mean and at most (95 of 100).
    """
    import matplotlib as mpl  # noqa: PLC0415  # only who asks for pictures has it
    from matplotlib.figure import Figure  # noqa: PLC0415

    mpl.rcParams["svg.hashsalt"] = "kapok"
    mpl.rcParams["svg.fonttype"] = "none"  # letters stay letters
    site = read.situation.site
    figure = Figure(figsize=(10, 0.9 + 0.95 * site.n), layout="constrained")
    axes = figure.subplots(site.n, 2, sharex=True, squeeze=False, width_ratios=(3, 2))
    edges = [h * site.slot_min for h in range(site.n_slots + 1)]
    for k, (left, right) in enumerate(axes):
        _staff(left, read, outcome, k, edges)
        _waits(right, read, outcome, k, edges)
        for axis in (left, right):
            axis.grid(axis="y", color=GRID, linewidth=0.6)
            axis.set_axisbelow(True)
            axis.tick_params(labelsize=8, length=0, colors=PALE)
            axis.spines[["top", "right", "left"]].set_visible(False)
            axis.spines["bottom"].set_color(PALE)
    for axis, most in zip(axes[-1], MOST_TICKS, strict=True):
        some = edges[:: -(-len(edges) // most)]
        axis.set_xticks(some, [read.clock.shown(edge) for edge in some])
    axes[0][0].set_title(_("At work (grey) and busy (red)"), loc="left", fontsize=9, color=INK)
    axes[0][1].set_title(
        _("Wait in minutes (pale: 95 of 100)"),
        loc="left",
        fontsize=9,
        color=INK,
    )
    return figure


def _staff(axis: Any, read: Description, outcome: Outcome, k: int, edges: list[float]) -> None:
    station, staff = read.situation.site.stations[k], np.array(outcome.staff[k])
    busy = np.nan_to_num(outcome.measured.occupancy.mean[k]) * staff
    axis.stairs(staff, edges, color=STAFF, fill=True)
    axis.stairs(np.minimum(busy, staff * 1.05), edges, color=WORK, linewidth=1.4)
    axis.set_ylim(0, max(1.0, float(staff.max()) * 1.2))
    axis.yaxis.get_major_locator().set_params(nbins=3, integer=True)
    axis.set_ylabel(station.name, rotation=0, ha="right", va="center", fontsize=9, color=INK)


def _waits(axis: Any, read: Description, outcome: Outcome, k: int, edges: list[float]) -> None:
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    mean = outcome.measured.wait_min.mean[k]
    p95 = outcome.measured.wait_p95_min.mean[k]
    axis.fill_between(middles, np.nan_to_num(p95), color=WAIT, alpha=0.15, linewidth=0)
    axis.plot(middles, mean, color=WAIT, linewidth=1.6)
    axis.set_ylim(0, max(1.0, _top(p95)))
    axis.yaxis.get_major_locator().set_params(nbins=3)


def _top(values: Any) -> float:
    """The largest finite value, and some room over it."""
    return float(np.nanmax(np.where(np.isfinite(values), values, 0.0), initial=0.0)) * 1.15
