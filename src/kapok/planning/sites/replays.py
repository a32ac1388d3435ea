"""One simulated day to be watched: who is where when, in few numbers, and a page of its own."""

import heapq
import json
from html import escape
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from kapok.places.files.writing import replacing
from kapok.planning.sites import layouts
from kapok.planning.sites.outcome import Outcome, with_staff
from kapok.planning.sites.reading import Description
from kapok.words import gettext as _
from kapok.words import language
from kapok_planning.sites import Layout, Run, draw_days, simulate

MOST_DOTS = 6_000
S_IN_MIN = 60
SPEEDS = (10, 30, 60, 120, 300)
USUAL_SPEED = 60
SCRIPT = ("static", "kapok", "plans", "site.js")


def replay(read: Description, outcome: Outcome, layout: Layout) -> dict[str, Any]:
    """The first day on which the plan was judged, for ``plans/site.js``.

    Times are seconds from opening; places are units of the layout. Each person is a list: arrival,
    then station, desk, begin and leave of each visit. ``each`` people are one dot.
    """
    situation = with_staff(read.situation, outcome.staff)
    day = draw_days(situation, seed=outcome.seed, numbers=[0])
    run = simulate(situation.site, day)
    each = max(1, -(-len(day.arrival_min) // MOST_DOTS))
    return {
        "frame": layouts.frame(layout),
        "opens": round(read.clock.opens + read.clock.skipped_min),
        "ends": int(S_IN_MIN * max(read.clock.end_min, _last(run))),
        "goal": round(read.goal.wait_min * S_IN_MIN),
        "each": each,
        "gap": round(layouts.PER_M * read.hall.queue_m, 1),
        "entrance": _points([layout.entrance])[0],
        "exit": _points([layout.exit])[0],
        "rooms": [
            {
                "name": situation.site.names[room.station],
                "seats": situation.site.stations[room.station].is_seats,
                "desks": _points(room.desks),
                "queue": _points(layout.outside if room.station == 0 else room.queue),
            }
            for room in sorted(layout.rooms, key=lambda room: room.station)
        ],
        "people": _people(run, layout)[::each],
    }


def _last(run: Run) -> float:
    left = run.left[run.stops & np.isfinite(run.left)]
    return float(left.max(initial=0.0))


def _points(points: Any) -> list[list[float]]:
    return [[round(x * layouts.PER_M), round(y * layouts.PER_M)] for x, y in points]


def _people(run: Run, layout: Layout) -> list[list[int]]:
    """Everybody's visits, in the order of arrival."""
    people = [[round(S_IN_MIN * t)] for t in run.days.arrival_min.tolist()]
    n_desks = {room.station: len(room.desks) for room in layout.rooms}
    for k in range(len(run.came)):
        here = np.flatnonzero(run.stops[k] & np.isfinite(run.start[k]))
        here = here[np.argsort(run.start[k, here], kind="stable")]
        desks = _desks(run.start[k, here].tolist(), run.left[k, here].tolist(), n_desks[k])
        for p, desk in zip(here.tolist(), desks, strict=True):
            begin, end = run.start[k, p], run.left[k, p]
            people[p] += [k, desk, round(S_IN_MIN * begin), round(S_IN_MIN * end)]
    return people


def _desks(begins: list[float], ends: list[float], n: int) -> list[int]:
    """At which desk each is served: the first that is free."""
    free, busy, found = list(range(n)), [(0.0, 0)][:0], []
    for begin, end in zip(begins, ends, strict=True):
        while busy and busy[0][0] <= begin:
            heapq.heappush(free, heapq.heappop(busy)[1])
        desk = heapq.heappop(free) if free else 0
        heapq.heappush(busy, (end, desk))
        found.append(desk)
    return found


def write(path: Path, read: Description, outcome: Outcome) -> None:
    """Write a page that needs nothing else."""
    layout = layouts.layout_of(read, outcome)
    data = json.dumps(replay(read, outcome, layout), separators=(",", ":"), ensure_ascii=False)
    script = resources.files("kapok").joinpath(*SCRIPT).read_text(encoding="utf-8")
    title = escape(_("%(site)s: one simulated day") % {"site": read.name})
    speeds = "".join(
        f'<option value="{speed}"{" selected" if speed == USUAL_SPEED else ""}>{speed} ×</option>'
        for speed in SPEEDS
    )
    page = f"""<!doctype html>
<html lang="{language()}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>
<style>{STYLE}</style></head><body><h1>{title}</h1>
<div class="site-replay" data-play="{escape(_("Play"))}" data-pause="{escape(_("Pause"))}" \
data-counts="{escape(counts_sentence())}">
<div class="site-replay-bar"><button type="button" class="btn">{escape(_("Play"))}</button>
<output class="site-replay-clock"></output>
<label>{escape(_("Time"))} <input type="range" min="0" step="30"></label>
<label>{escape(_("Speed"))} <select>{speeds}</select></label></div>
<p class="site-replay-counts"></p>
<div class="site-replay-hall">{layouts.svg(read, outcome, layout)}<canvas></canvas></div>
<p>{escape(legend())}</p>
<script type="application/json">{data.replace("<", chr(92) + "u003c")}</script></div>
<script type="module">{script}</script></body></html>
"""
    with replacing(path) as file:
        file.write(page.encode())


def legend() -> str:
    """What the colours of dots mean."""
    return _(
        "Blue dots wait, grey ones are served, green ones sit; red ones have waited longer than "
        "was asked for."
    )


def counts_sentence() -> str:
    """With places for the numbers, which change."""
    return _(
        "{inside} people: {waiting} wait, {served} are served, {seated} sit; {gone} have left."
    )


STYLE = """
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 1rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
.site-replay-bar { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.site-replay-bar label { display: flex; gap: .4rem; align-items: center; }
.site-replay-bar input { inline-size: min(28rem, 60vw); }
.site-replay-clock { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.site-replay-counts { font-variant-numeric: tabular-nums; }
.site-replay-hall { position: relative; }
.site-replay-hall svg { display: block; inline-size: 100%; block-size: auto; }
.site-replay-hall canvas { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; }
button, select { font: inherit; padding: .3rem .8rem; }
"""
