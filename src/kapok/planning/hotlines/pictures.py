"""A plan of a hotline as a picture: need and cover by interval, and lines beside a pool."""

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kapok.planning import drawing
from kapok.planning.hotlines.moments import clock
from kapok.planning.hotlines.plans import Plan
from kapok.planning.hotlines.situation import Situation
from kapok.words import gettext as _

NEED, PHONE, COVER, ALONE, CITY = "#9aa5b1", "#1d4ed8", "#c2410c", "#7c8794", "#b45309"
MOST_TICKS = 12


def draw(path: Path, situation: Situation, plan: Plan) -> None:
    """Draw the plan into a file."""
    drawing.save(path, figure_of(situation, plan))


def figure_of(situation: Situation, plan: Plan) -> Figure:
    """A Matplotlib figure: need and cover of each skill, then lines alone, overflowing, pooled."""
    drawing.prepare()
    skills = situation.table.skills
    n = len(skills) + (plan.lines is not None)
    figure = Figure(figsize=(9, 0.8 + 2.1 * n), layout="constrained")
    axes = figure.subplots(n, 1, squeeze=False)[:, 0]
    for skill, axis in zip(skills, axes, strict=False):
        _need(situation, plan, skill, axis)
    if plan.lines is not None:
        _lines(situation, plan, axes[-1])
    figure.suptitle(situation.settings.name, fontsize=11)
    return figure


def _need(situation: Situation, plan: Plan, skill: str, axis: Axes) -> None:
    table, staffing = situation.table, plan.staffing
    rows = np.array([s == skill for s in table.skill])
    minutes = table.minutes[rows]
    axis.stairs(*_steps(staffing.rostered[rows], minutes, table.interval_min), color=NEED,
                fill=True, alpha=0.4, label=_("needed on the roster"))  # fmt: skip
    axis.stairs(*_steps(staffing.agents[rows], minutes, table.interval_min), color=PHONE,
                label=_("needed at the phone"))  # fmt: skip
    for rota in plan.rotas:
        if rota.skill == skill:
            edges = rota.begin_min + np.arange(len(rota.need) + 1) * table.interval_min
            axis.stairs(rota.plan.at_work, edges, color=COVER, baseline=None,
                        label=_("there by shifts"))  # fmt: skip
    axis.set_title(skill or _("people needed"), loc="left", fontsize=10)
    axis.set_ylim(0, 1.25 * max(axis.get_ylim()[1], 1.0))
    axis.legend(loc="upper left", fontsize=8, frameon=False, ncols=3)
    _clock_ticks(situation, axis, minutes)


def _lines(situation: Situation, plan: Plan, axis: Axes) -> None:
    """Agents of all lines alone on a logarithmic scale, of one pool, and the city's seats."""
    lines, streets = plan.lines, situation.settings.streets
    if lines is None or streets is None:
        return
    minutes, step = np.unique(situation.table.minutes), situation.table.interval_min
    pool = plan.staffing.agents if plan.pooled is None else plan.pooled.together
    for values, colour, label in (
        (lines.alone, ALONE, _("each line alone")),
        (pool, PHONE, _("one pool")),
        (lines.city_seats, CITY, _("city seats behind busy lines")),
    ):
        axis.stairs(*_steps(values, minutes, step), color=colour, label=label, baseline=None)
    axis.set_yscale("symlog", linthresh=1)
    axis.set_yticks([0, 1, 10, 100, 1000], ["0", "1", "10", "100", "1,000"])
    axis.set_ylim(0, 4.0 * max(int(lines.alone.max()), 1))
    axis.set_title(
        _("%(n)s lines: people at the phone") % {"n": streets.lines.n}, loc="left", fontsize=10
    )
    axis.legend(loc="upper left", fontsize=8, frameon=False, ncols=3)
    _clock_ticks(situation, axis, minutes)


def _steps(values: Any, minutes: Any, step: float) -> tuple[Any, Any]:
    """Values and edges for stairs, with zeros in holes."""
    begin = float(minutes[0])
    place = np.round((minutes - begin) / step).astype(np.int64)
    filled = np.zeros(int(place[-1]) + 1)
    filled[place] = values
    return filled, begin + np.arange(len(filled) + 1) * step


def _clock_ticks(situation: Situation, axis: Axes, minutes: Any) -> None:
    span_h = max((float(minutes[-1]) - float(minutes[0])) / 60.0, 1.0)
    steps_h = (1, 2, 3, 6, 12, 24, 48, 168, 336, 720)
    step = next((s for s in steps_h if span_h / s <= MOST_TICKS), 2000)
    ticks = np.arange(float(minutes[0]), float(minutes[-1]) + 60.0 * step, 60.0 * step)
    words = "%H:%M" if span_h <= 30 else "%m-%d %H:%M" if step < 24 else "%m-%d"
    zone = situation.settings.zone
    axis.set_xticks(ticks, [clock(t, zone).strftime(words) for t in ticks.tolist()], fontsize=8)
    axis.tick_params(axis="y", labelsize=8)
