"""Results as Markdown."""

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.grids.instances import SOURCES, Instance
from bench.grids.methods import METHODS
from bench.grids.running import Result

BEGIN, END = "<!-- results begin -->", "<!-- results end -->"
MOST_UNLIKE = 0.02  # share by which numbers of grids may differ and RMS still be compared
OURS = ("ours-fast", "ours", "ours-long")
HEAD = (
    "method",
    "CPU s",
    "wall s",
    "grids",
    "in bounds",
    "discontiguous",
    "barrier crossings",
    "in several communities",
    "RMS m",
    "runs",
)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], n_words: int = 1) -> list[str]:
    """A table; the first ``n_words`` columns are words, the rest figures."""
    lines = ["| " + " | ".join(head) + " |"]
    lines.append("|" + " --- |" * n_words + " ---: |" * (len(head) - n_words))
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return lines


def instance_section(instance: Instance, results: Sequence[Result]) -> list[str]:
    """All methods on one instance, and ours against each of the others."""
    town = instance.town
    lines = [
        f"### {SOURCES[instance.name].title[0].upper()}{SOURCES[instance.name].title[1:]}",
        "",
        f"{town.n:,} buildings, {int(town.households.sum()):,} households, "
        f"{len(set(town.community.tolist())):,} communities, {len(instance.n_grids):,} connected "
        f"parts, {int(instance.n_grids.sum()):,} grids. Finding neighbours took "
        f"{figure(instance.link_cpu_s)} CPU s (one thread, apart from all that follows).",
        "",
        *markdown(HEAD, [row(result) for result in results]),
        "",
    ]
    ratios = list(ratio_rows(results))
    if ratios:
        lines += markdown(
            [
                "ours ÷ peer",
                *(f"{name}: {what}" for name in shown(results) for what in ("RMS", "CPU")),
            ],
            ratios,
        )
        lines.append("")
    return lines


def row(result: Result) -> list[str]:
    """One method."""
    if not result.runs:
        return [result.method, result.failure, *[""] * (len(HEAD) - 2)]
    worst = result.worst
    return [
        result.method,
        figure(result.cpu_s),
        figure(result.wall_s),
        f"{worst.n_grids:,}",
        f"{100 * worst.share_in_bounds:.4g} %",
        f"{worst.n_discontiguous:,}",
        f"{worst.n_crossings:,}",
        f"{worst.n_split_communities:,}",
        f"{result.rms_m:.2f}",
        str(len(result.runs)),
    ]


def shown(results: Sequence[Result]) -> list[str]:
    """Which of ours have figures."""
    return [result.method for result in results if result.method in OURS and result.runs]


def ratio_rows(results: Sequence[Result]) -> Iterable[list[str]]:
    """RMS and CPU of ours as shares of each peer's; no RMS where the numbers of grids differ."""
    ours = [result for result in results if result.method in shown(results)]
    for peer in results:
        if peer.method in OURS or not peer.runs or not ours:
            continue
        cells = [peer.method]
        for mine in ours:
            unlike = abs(mine.worst.n_grids / peer.worst.n_grids - 1) > MOST_UNLIKE
            rms = "–" if unlike else f"{mine.rms_m / peer.rms_m:.3f}"
            cells += [rms, f"{mine.cpu_s / peer.cpu_s:.3g}"]
        yield cells


def figure(seconds: float) -> str:
    """Seconds with as many digits as they deserve."""
    return (
        f"{seconds:.4f}"
        if seconds < 0.1
        else f"{seconds:.2f}"
        if seconds < 100
        else f"{seconds:.0f}"
    )


def methods_section(names: Iterable[str]) -> list[str]:
    """What each method was asked to do."""
    rows = [[name, METHODS[name].about, version_of(METHODS[name].distribution)] for name in names]
    return [*markdown(["method", "what it is", "version"], rows, n_words=3), ""]


def version_of(distribution: str) -> str:
    """Installed version."""
    try:
        return version(distribution)
    except PackageNotFoundError:  # ours, run from its source
        return "this checkout"


def machine_line(seed: int, limit_s: float) -> str:
    """What the figures were measured on."""
    return (
        f"Seed {seed}, time limit {limit_s:g} s, Python {platform.python_version()}, NumPy "
        f"{version('numpy')}, Numba {version('numba')}, SciPy {version('scipy')}; {processor()}."
    )


def processor() -> str:
    """Name and number of processors."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} × {names[0] if names else platform.machine()}"


def write_into(page: Path, text: str) -> None:
    """Put the results between the two marks of a page, in place of what stood there.

    Raises
    ------
    ValueError
        When the page has no marks.
    """
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} has no lines {BEGIN} and {END} to put the results between.")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
