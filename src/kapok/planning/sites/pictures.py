"""The answer as a picture: staff and waits by slot. Matplotlib is loaded when asked."""

import importlib.util
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kapok.errors import Refused
from kapok.places.files.writing import replacing

if TYPE_CHECKING:
    from kapok.planning.sites.telling import Answer

ENDINGS = (".svg", ".png", ".pdf")
STAFF, LOAD, WAIT = "#9aa5b1", "#c2410c", "#1d4ed8"


def need_matplotlib() -> None:
    """Refuse where Matplotlib is not installed."""
    if importlib.util.find_spec("matplotlib") is None:
        raise Refused("Pictures need Matplotlib; install it with: pip install 'kapok[pictures]'")


def draw(path: Path, answer: "Answer") -> None:
    """Draw the plan: the least one where it was asked for, else the one in the file."""
    figure = figure_of(answer)
    with replacing(path) as file:
        figure.savefig(file, format=path.suffix.lower().removeprefix("."), metadata=_undated(path))


def _undated(path: Path) -> dict[str, Any] | None:
    """No date in the file, so that equal answers make equal pictures."""
    if path.suffix.lower() == ".svg":
        return {"Date": None}
    return {"CreationDate": None} if path.suffix.lower() == ".pdf" else None


def figure_of(answer: "Answer") -> Any:
    """A Matplotlib figure: staff as steps, work offered and the mean wait of each slot."""
    import matplotlib as mpl  # noqa: PLC0415  # only who asks for pictures has it
    from matplotlib.figure import Figure  # noqa: PLC0415

    mpl.rcParams["svg.hashsalt"] = "kapok"
    sized = answer.sized
    site, measured = (sized.site, sized.measured) if sized else (answer.site, answer.measured)
    figure = Figure(figsize=(9, 1.5 + 1.5 * site.n), layout="constrained")
    axes = figure.subplots(site.n, 1, sharex=True, squeeze=False)[:, 0]
    edges = [h * site.slot_min for h in range(site.n_slots + 1)]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    for k, (station, axis) in enumerate(zip(site.stations, axes, strict=True)):
        staff = site.staff[k]
        busy = measured.occupancy.mean[k] * staff
        axis.stairs(staff, edges, color=STAFF, fill=True, alpha=0.4)
        axis.plot(middles, busy, color=LOAD, marker="o", markersize=3)
        axis.set_ylim(0, max(1.0, float(staff.max()) * 1.15))
        axis.set_ylabel("seats" if station.is_seats else "staff")
        axis.set_title(station.name, loc="left", fontsize=10)
        other = axis.twinx()
        wait, half = measured.wait_min.mean[k], measured.wait_min.half[k]
        other.plot(middles, wait, color=WAIT)
        other.fill_between(middles, wait - half, wait + half, color=WAIT, alpha=0.2, linewidth=0)
        other.set_ylim(bottom=0)
        other.set_ylabel("wait, min", color=WAIT)
    axes[-1].set_xticks(edges, [answer.clock(edge) for edge in edges])
    figure.suptitle(
        f"{answer.name}: at work (grey), in use (red), mean wait with its 95 % interval (blue)",
        fontsize=10,
    )
    return figure
