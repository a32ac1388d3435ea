"""A roster as a picture: how well each post is covered each day and night."""

import io
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import NDArray

from kapok.errors import Refused
from kapok.places.files.writing import replacing
from kapok.planning.rosters.names import Named
from kapok_planning.rosters import OFF, counted, filled

FORMATS = (".png", ".svg", ".pdf")
COLOURS = ListedColormap(["#f4f4f4", "#cfe3d4", "#2b3668", "#c62828"])
NO_NEED, BY_DAY, AT_NIGHT, EMPTY = range(4)
METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None},
}  # fmt: skip


def write_picture(path: Path, named: Named, duty: NDArray[np.integer[Any]]) -> None:
    """Write the picture in the format of the name; the same bytes for the same roster."""
    suffix = path.suffix.lower()
    if suffix not in FORMATS:
        raise Refused(f"{path} ends in none of {', '.join(FORMATS)}.")
    figure, content = draw_roster(named, duty), io.BytesIO()
    figure.savefig(content, format=suffix[1:], dpi=110, metadata=METADATA[suffix])
    with replacing(path) as file:
        file.write(content.getvalue())


def draw_roster(named: Named, duty: NDArray[np.integer[Any]]) -> Figure:
    """Posts by shift and day above, nights of people below; red is what stays empty."""
    cells, labels = coverage(named, duty)
    height = 1.9 + 0.17 * len(labels)
    figure = Figure(figsize=(11, min(40.0, height + 2.2)), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[height, 2.0])
    above.pcolormesh(cells[::-1], cmap=COLOURS, vmin=-0.5, vmax=3.5, edgecolor="w", linewidth=0.6)
    above.set_yticks(np.arange(len(labels)) + 0.5, labels[::-1], fontsize=7)
    days = named.days[named.n_past :]
    above.set_xticks(
        np.arange(len(days)) + 0.5, [f"{day.day}.{day.month}." for day in days], fontsize=7,
        rotation=90,
    )  # fmt: skip
    above.set_title("Seats by day (pale), at night (dark), with somebody missing (red)", loc="left")
    nights = counted(named.problem, duty)[:, 0]
    can = named.problem.people.available[:, :, named.problem.calendar.night].any(axis=(1, 2))
    edges = np.arange(0, nights.max(initial=0) + 2) - 0.5
    groups = [nights[can & (named.problem.people.party == i)] for i in range(len(named.parties))]
    below.hist(groups, bins=edges, label=list(named.parties))
    below.set_title("People by nights in these days", loc="left")
    below.set_xticks(np.arange(0, nights.max(initial=0) + 1))
    below.legend(frameon=False, fontsize=8)
    return figure


def coverage(named: Named, duty: NDArray[np.integer[Any]]) -> tuple[NDArray[np.int8], list[str]]:
    """What each post has on each shift of each day, and the labels of the rows."""
    needs = named.problem.needs
    empty = np.maximum(0, needs - filled(named.problem, np.where(duty < 0, OFF, duty)))
    rows, labels = [], []
    for post in dict.fromkeys(role.post for role in named.roles):
        roles = [i for i, role in enumerate(named.roles) if role.post == post]
        for shift in sorted(range(len(named.shifts)), key=lambda i: named.shifts[i].start):
            need = needs[named.n_past :, shift, roles].sum(axis=1)
            if not need.any():
                continue
            short = empty[named.n_past :, shift, roles].any(axis=1)
            kind = AT_NIGHT if named.shifts[shift].night else BY_DAY
            row = np.where(need == 0, NO_NEED, np.where(short, EMPTY, kind))
            rows.append(row.astype(np.int8))
            labels.append(f"{post} {named.shifts[shift].name}")
    return np.array(rows, np.int8).reshape(len(rows), len(named.days) - named.n_past), labels
