"""Closed duty as a picture: the calendar of cohorts by phase, with handovers, tests and holds."""

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from kapok.planning import drawing
from kapok.planning.cohorts.names import letters_of
from kapok.planning.cohorts.plans import Plan
from kapok.planning.cohorts.runs import runs_of
from kapok.planning.cohorts.schemes import label_of
from kapok.planning.cohorts.situation import Situation
from kapok.words import gettext as _
from kapok_planning.cohorts import Kind

COLOURS = {
    Kind.PRE_ISOLATION: "#f2c078",
    Kind.CLOSED_DUTY: "#b42318",
    Kind.POST_ISOLATION: "#e6a15c",
    Kind.STANDBY: "#9db4c8",
    Kind.LEAVE: "#cfe3d4",
}
LIGHT = {Kind.CLOSED_DUTY}
MOST_TICKS = 14
LEAST_LABELLED = 4


def draw(path: Path, situation: Situation, plan: Plan) -> None:
    """Draw the plan into a file."""
    drawing.save(path, figure_of(situation, plan))


def figure_of(situation: Situation, plan: Plan) -> Figure:
    """A Matplotlib figure: one row for each cohort, one colour for each kind of phase."""
    drawing.prepare()
    n = plan.rota.n_cohorts
    figure = Figure(figsize=(10, 1.5 + 0.45 * n), layout="constrained")
    axis = figure.subplots()
    for cohort in range(n):
        for run in runs_of(plan, cohort):
            colour = COLOURS[run.phase.kind]
            axis.broken_barh([(run.begin, run.days)], (cohort - 0.4, 0.8), color=colour)
            if run.longer:
                span = (run.end - run.longer, run.longer)
                axis.broken_barh([span], (cohort - 0.4, 0.8), facecolor="none",
                                 edgecolor="black", hatch="////", linewidth=0)  # fmt: skip
            if run.days >= LEAST_LABELLED:
                axis.text(run.begin + run.days / 2, cohort, str(run.days), ha="center",
                          va="center", fontsize=8,
                          color="white" if run.phase.kind in LIGHT else "black")  # fmt: skip
    tests = np.argwhere(plan.rota.is_tested)
    axis.plot(tests[:, 1] + 0.5, tests[:, 0] + 0.3, ".", color="black", markersize=3)
    for handover in plan.rota.handovers:
        axis.annotate("", (handover.day, handover.into), (handover.day, handover.out),
                      arrowprops={"arrowstyle": "->", "color": "black"})  # fmt: skip
    for came in plan.consequences:
        axis.plot((came.what.day - plan.first).days + 0.5, came.cohort - 0.3, "v", color="black")
    axis.set_yticks(range(n), [letters_of(c) for c in range(n)])
    axis.set_ylim(n - 0.5, -0.5)
    axis.set_xlim(0, plan.n_days)
    step = max(7, -(-plan.n_days // MOST_TICKS // 7) * 7)
    ticks = range(0, plan.n_days, step)
    axis.set_xticks(list(ticks), [f"{plan.day(d):%m-%d}" for d in ticks], fontsize=8)
    kinds = dict.fromkeys(phase.kind for phase in plan.rota.scheme.phases)
    handles = [Patch(color=COLOURS[kind], label=label_of(kind)) for kind in kinds]
    if any(came.extensions for came in plan.consequences):
        handles.append(Patch(facecolor="none", hatch="////", label=_("longer than planned")))
    figure.legend(handles=handles, loc="outside lower center", ncols=6, frameon=False, fontsize=8)
    axis.set_title(situation.name, loc="left", fontsize=11)
    return figure
