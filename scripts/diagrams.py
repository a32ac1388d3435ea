"""Draw the diagrams of docs/explanation/how-grids-are-drawn.md from what the planning core does.

One made-up community, a river, a railway and a main street; the same files at every run:
``.venv/bin/python scripts/diagrams.py``.
"""

from html import escape
from pathlib import Path

import numpy as np
import shapely

from kapok.samples import benches
from kapok_planning.grids import (
    Bounds,
    Links,
    Town,
    draw_grids,
    grid_polygons,
    link_buildings,
    measure_grids,
    number_grids,
)
from kapok_planning.grids.drawing.starting import start
from kapok_planning.grids.drawing.work import Work

FOLDER = Path(__file__).parents[1] / "docs" / "images"
BOUNDS = Bounds(300, 500)
SIDE = 300.0  # of a panel [pixels]
TOP = 30.0
COLOURS = ("#8dd3c7", "#fdc086", "#bebada", "#fb9a99", "#a6cee3", "#b2df8a", "#fccde5", "#ffed6f")
RIVER, RAILWAY, STREET, LINK, INK = "#4292c6", "#555555", "#e08a1e", "#9a9a9a", "#222222"


class Picture:
    """SVG elements in panels side by side, in pixels."""

    def __init__(self, xy_m: np.ndarray, n_panels: int) -> None:
        margin = 24.0
        low, high = xy_m.min(axis=0), xy_m.max(axis=0)
        self._scale = (SIDE - 2 * margin) / float((high - low).max())
        self._low, self._margin = low, margin
        self._height = TOP + (high - low)[1] * self._scale + 2 * margin
        self._width = n_panels * SIDE
        self._parts: list[str] = []

    def points(self, xy_m: np.ndarray, panel: int) -> list[tuple[float, float]]:
        """Pixels of positions in metres."""
        x, y = ((np.atleast_2d(xy_m) - self._low) * self._scale + self._margin).T
        return list(zip((x + panel * SIDE).round(1), (self._height - y).round(1), strict=True))

    def links(self, from_m: np.ndarray, to_m: np.ndarray, panel: int, style: str) -> None:
        """Many straight lines."""
        ends = zip(self.points(from_m, panel), self.points(to_m, panel), strict=True)
        path = "".join(f"M{x:g},{y:g}L{u:g},{v:g}" for (x, y), (u, v) in ends)
        self._parts.append(f'<path d="{path}" {style}/>')

    def line(self, xy_m: np.ndarray, panel: int, style: str) -> None:
        """A line through positions."""
        path = " ".join(f"{x:g},{y:g}" for x, y in self.points(xy_m, panel))
        self._parts.append(f'<polyline points="{path}" fill="none" {style}/>')

    def area(self, shape: shapely.Geometry, panel: int, style: str) -> None:
        """A polygon or several, without their holes."""
        for part in shapely.get_parts(shape):
            corners = shapely.get_coordinates(part.exterior.simplify(1.0))
            path = " ".join(f"{x:g},{y:g}" for x, y in self.points(corners, panel))
            self._parts.append(f'<polygon points="{path}" {style}/>')

    def dots(self, xy_m: np.ndarray, panel: int, households: np.ndarray, colour: str) -> None:
        """Buildings, larger where more households live."""
        sizes = (1.1 + 0.32 * np.sqrt(households)).round(1)
        for (x, y), size in zip(self.points(xy_m, panel), sizes, strict=True):
            self._parts.append(f'<circle cx="{x:g}" cy="{y:g}" r="{size:g}" fill="{colour}"/>')

    def text(self, words: str, x: float, y: float, *, anchor: str = "middle") -> None:
        """Words at a place in pixels."""
        halo = 'stroke="#fff" stroke-width="3" paint-order="stroke"'
        self._parts.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" {halo}>{escape(words)}</text>'
        )

    def title(self, words: str, panel: int) -> None:
        """Words above a panel."""
        self.text(words, panel * SIDE + SIDE / 2, 18.0)

    def write(self, name: str, says: str) -> None:
        """Write the picture, with a sentence for whoever cannot see it."""
        size = f'viewBox="0 0 {self._width:g} {self._height:g}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-size="12"'
        lines = [
            f'{head} font-family="sans-serif" fill="{INK}">',
            f"<title>{escape(says)}</title>",
            '<rect width="100%" height="100%" fill="#fff"/>',
            *self._parts,
            "</svg>",
        ]
        (FOLDER / name).write_text("\n".join(lines) + "\n", "utf-8")


def example() -> tuple[Town, dict[str, shapely.LineString]]:
    """A community of 200 buildings, and the lines through it."""
    town = benches.town(200, 5, households=2_450).town
    low, high = town.xy_m.min(axis=0), town.xy_m.max(axis=0)

    def across(corners: list[tuple[float, float]]) -> shapely.LineString:
        return shapely.LineString(low + np.array(corners) * (high - low))

    river = across([(-0.06, 0.62), (0.12, 0.60), (0.3, 0.72), (0.36, 0.86), (0.34, 1.06)])
    railway = across([(0.55, -0.06), (0.6, 0.3), (0.62, 0.6), (0.66, 1.06)])
    street = across([(-0.06, 0.33), (0.4, 0.3), (1.06, 0.36)])
    return town, {"river": river, "railway": railway, "street": street}


def lines_on(picture: Picture, lines: dict[str, shapely.LineString], panel: int) -> None:
    """The river, the railway and the main street."""
    styles = {
        "river": f'stroke="{RIVER}" stroke-width="5" stroke-opacity=".7"',
        "railway": f'stroke="{RAILWAY}" stroke-width="3" stroke-dasharray="6 3"',
        "street": f'stroke="{STREET}" stroke-width="2.5" stroke-opacity=".8"',
    }
    for name, line in lines.items():
        picture.line(shapely.get_coordinates(line), panel, styles[name])


def draw_neighbours(town: Town, lines: dict[str, shapely.LineString], links: Links) -> None:
    """Buildings, their links, and the lines that cut or cross them."""
    picture = Picture(town.xy_m, 2)
    without = link_buildings(town)
    for panel, (graph, words) in enumerate(
        [(without, "1  Neighbours, as if nothing were between"), (links, "2  Links that are left")]
    ):
        rows = np.repeat(np.arange(town.n), np.diff(graph.indptr))
        for crossing, colour in ((False, LINK), (True, STREET)):
            chosen = (rows < graph.indices) & ((graph.streets > 0) == crossing)
            ends = town.xy_m[rows[chosen]], town.xy_m[graph.indices[chosen]]
            if chosen.any():
                picture.links(*ends, panel, f'stroke="{colour}" stroke-width=".8"')
        lines_on(picture, lines if panel else {}, panel)
        picture.dots(town.xy_m, panel, town.households, INK)
        picture.title(words, panel)
    picture.write("grids-links.svg", "Buildings and their links, before and after barriers.")


def draw_steps(town: Town, lines: dict[str, shapely.LineString], links: Links) -> None:
    """The plan cut by lines, and the plan after annealing, with numbers and households."""
    hard = np.array([lines["river"], lines["railway"]], dtype=object)
    work = Work.prepared(town, links, BOUNDS, None, None, 0)
    at, first = work.gathered(0), np.empty(town.n, np.int32)
    start(at, at.former, 0, 0, False, work.wishes, first)
    cut = np.empty(town.n, np.int32)
    cut[work.nodes(0)] = first
    drawn = draw_grids(town, links, bounds=BOUNDS).grid
    picture = Picture(town.xy_m, 2)
    for panel, (grid, words) in enumerate([(cut, "3  Cut by lines"), (drawn, "4  Annealed")]):
        measures = measure_grids(town, links, grid, bounds=BOUNDS)
        shapes = grid_polygons(town, grid, barriers=hard)
        centres = np.array([town.xy_m[grid == g].mean(axis=0) for g in range(measures.n_grids)])
        numbers = number_grids(centres, np.zeros(measures.n_grids, np.int32))
        for shape, number in zip(shapes, numbers, strict=True):
            colour = COLOURS[(int(number) - 1) % len(COLOURS)]
            picture.area(shape, panel, f'fill="{colour}" stroke="#fff" stroke-width="1.5"')
        lines_on(picture, lines, panel)
        picture.dots(town.xy_m, panel, town.households, INK)
        for number, households, (x, y) in zip(
            numbers, measures.households, picture.points(centres, panel), strict=True
        ):
            picture.text(f"{number:03d}: {households}", x, y)
        streets = f"{measures.n_street_cuts} street links inside"
        picture.title(f"{words}: RMS {measures.rms_m:.1f} m, {streets}", panel)
    picture.write("grids-steps.svg", "The same community cut by lines, and after annealing.")


def main() -> None:
    """Draw both pictures."""
    town, lines = example()
    hard = np.array([lines["river"], lines["railway"]], dtype=object)
    streets = np.array([lines["street"]], dtype=object)
    links = link_buildings(town, barriers=hard, streets=streets)
    draw_neighbours(town, lines, links)
    draw_steps(town, lines, links)


if __name__ == "__main__":
    main()
