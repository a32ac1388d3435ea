"""Proven optima of small communities: the yardstick of :mod:`test_optimum`.

The model: choose as many centres among the buildings as there are grids, give every building to a
centre, keep households in bounds and every grid contiguous, and make the households' mean squared
distance to their centre least. Contiguity is exact: the program is solved without it; where the
answer has a part cut off from its centre, a cut that every contiguous plan satisfies and this
answer breaks is added; and so on until the answer is contiguous and therefore optimal.

``python tests/kapok_planning/optimum.py`` renews ``optima.json``; it takes some minutes.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from kapok_planning.grids import Bounds, Links, Town, link_buildings

BOUNDS = Bounds(300, 500)
FAIR_MEAN = (340, 460)  # households a grid; nearer to the bounds, proofs take hours
FILE = Path(__file__).with_name("optima.json")
SEED = 20260302
SIZES = (12, 15, 18, 21, 24, 28, 32, 36, 40, 44, 48, 52, 56, 60)

Ints = NDArray[np.integer]
Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Community:
    """A small community with its neighbours, as pairs of buildings."""

    xy_m: NDArray[np.float64]
    households: Ints
    pairs: Pairs

    @property
    def town(self) -> Town:
        """As the planning core takes it."""
        n = len(self.households)
        return Town(self.xy_m, self.households.astype(np.int32), np.zeros(n, np.int32))

    @property
    def matrix(self) -> csr_matrix:
        """Neighbours as a symmetric matrix of ones."""
        n = len(self.households)
        a, b = np.array(self.pairs).T
        ones = np.ones(2 * len(a), np.int8)
        matrix = csr_matrix((ones, (np.r_[a, b], np.r_[b, a])), shape=(n, n))
        matrix.sort_indices()
        return matrix

    @property
    def links(self) -> Links:
        """As the planning core takes them."""
        matrix = self.matrix
        return Links(
            matrix.indptr.astype(np.int64),
            matrix.indices.astype(np.int32),
            np.zeros(len(matrix.indices), np.uint8),
        )

    @property
    def cost_m2(self) -> NDArray[np.float64]:
        """Share of each building (row) in the mean squared distance, by centre (column)."""
        apart = self.xy_m[:, None, :] - self.xy_m[None, :, :]
        return (apart**2).sum(axis=2) * (self.households / self.households.sum())[:, None]

    @property
    def fair_counts(self) -> list[int]:
        """Numbers of grids whose mean lies well inside the bounds."""
        total = int(self.households.sum())
        return [k for k in range(2, total) if FAIR_MEAN[0] <= total / k <= FAIR_MEAN[1]]


@dataclass(frozen=True)
class Optimum:
    """A proven optimum: its centred RMS [metres] and a plan that has it."""

    rms_m: float
    grid: Ints


def centred_rms_m(community: Community, grid: Ints) -> float:
    """Compactness of a plan as the model counts it: each grid with its best centre building."""
    cost = community.cost_m2
    best = 0.0
    for label in np.unique(grid):
        mine = np.flatnonzero(grid == label)
        best += cost[np.ix_(mine, mine)].sum(axis=0).min()
    return float(np.sqrt(best))


def optimum(community: Community, n_grids: int) -> Optimum | None:
    """The best plan of ``n_grids``, or None where no plan exists."""
    model = assignment_model(community, n_grids)
    n = len(community.households)
    while True:
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"HiGHS stopped with {status}.")
        chosen = np.array(model.getSolution().col_value).reshape(n, n) > 0.5
        cuts = list(contiguity_cuts(community, chosen))
        if not cuts:
            centre = chosen.argmax(axis=1)
            rms_m = float(np.sqrt(community.cost_m2[np.arange(n), centre].sum()))
            return Optimum(rms_m, np.unique(centre, return_inverse=True)[1].astype(np.int32))
        for building, around, at in cuts:
            add_cut(model, n, building, around, at)


def assignment_model(community: Community, n_grids: int) -> highspy.Highs:
    """All but contiguity; column ``i * n + c`` says that building ``i`` belongs to centre ``c``."""
    n, households = len(community.households), community.households.astype(float)
    matrix = community.matrix
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("threads", 1)
    model.setOptionValue("mip_rel_gap", 1e-7)
    model.setOptionValue("mip_abs_gap", 1e-7)
    model.addVars(n * n, np.zeros(n * n), np.ones(n * n))
    for column, cost in enumerate(community.cost_m2.ravel()):
        model.changeColCost(column, float(cost))
        model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    infinity = highspy.kHighsInf
    for i in range(n):
        model.addRow(1.0, 1.0, n, [i * n + c for c in range(n)], [1.0] * n)
    model.addRow(n_grids, n_grids, n, [c * n + c for c in range(n)], [1.0] * n)
    for c in range(n):
        inside, at_centre = [i * n + c for i in range(n)], c * n + c
        for bound, lower, upper in ((BOUNDS.low, 0.0, infinity), (BOUNDS.high, -infinity, 0.0)):
            values = households.copy()
            values[c] -= bound
            model.addRow(lower, upper, n, inside, values)
        for i in range(n):
            if i == c:
                continue
            model.addRow(0.0, infinity, 2, [at_centre, i * n + c], [1.0, -1.0])
            around = matrix[i].indices
            if c not in around:  # whoever is not the centre has a neighbour in the same grid
                add_cut(model, n, i, around, c)
    for i, way, c in bottlenecks(matrix):
        add_cut(model, n, i, np.array([way]), c)
    return model


def bottlenecks(matrix: csr_matrix) -> Iterator[tuple[int, int, int]]:
    """Pairs of buildings with one that every path between them passes: building, it, centre."""
    n = matrix.shape[0]
    for way in range(n):
        rest = np.delete(np.arange(n), way)
        n_parts, part = connected_components(matrix[rest][:, rest], directed=False)
        if n_parts > 1:
            for i, c in permutations(range(n - 1), 2):
                if part[i] != part[c]:
                    yield int(rest[i]), way, int(rest[c])


def add_cut(model: highspy.Highs, n: int, building: int, around: Ints, centre: int) -> None:
    """Whoever is given to the centre from beyond ``around`` needs one of these with it."""
    columns = [building * n + centre, *(int(other) * n + centre for other in around)]
    model.addRow(0.0, highspy.kHighsInf, len(columns), columns, [-1.0, *[1.0] * len(around)])


def contiguity_cuts(
    community: Community, chosen: NDArray[np.bool_]
) -> Iterator[tuple[int, Ints, int]]:
    """
    Cuts broken by a plan: a building, the buildings around its part of the grid, and the centre.

    The same cut holds for every other centre beyond those buildings, so all of the grid are cut
    off at once.
    """
    matrix = community.matrix
    for centre in np.flatnonzero(chosen.diagonal()):
        mine = np.flatnonzero(chosen[:, centre])
        n_parts, part = connected_components(matrix[mine][:, mine], directed=False)
        for label in range(n_parts if n_parts > 1 else 0):
            island = mine[part == label]
            around = np.setdiff1d(matrix[island].indices, island)
            for building in island:
                for other in np.setdiff1d(mine, island):
                    yield int(building), around, int(other)


def made_up(n: int, rng: np.random.Generator, *, has_brook: bool) -> Community:
    """Clustered buildings, a few of them towers; a brook with one bridge makes paths matter."""
    yards = rng.uniform(0, 60 * np.sqrt(n), (max(2, n // 6), 2))
    xy_m = np.round(yards[rng.integers(len(yards), size=n)] + rng.normal(0, 45, (n, 2)), 1)
    households = np.clip(rng.lognormal(3.3, 0.6, n), 4, 180) * max(1.0, 30 / n)
    households = np.round(households).astype(np.int64)
    town = Town(xy_m, households.astype(np.int32), np.zeros(n, np.int32))
    links = link_buildings(town)
    here = np.repeat(np.arange(n), np.diff(links.indptr))
    pairs = sorted({(int(min(p)), int(max(p))) for p in zip(here, links.indices, strict=True)})
    if has_brook:
        middle = float(np.median(xy_m[:, 0]))
        crossing = [p for p in pairs if (xy_m[p[0], 0] < middle) != (xy_m[p[1], 0] < middle)]
        bridge = crossing[int(rng.integers(len(crossing)))]
        pairs = [p for p in pairs if p not in crossing or p == bridge]
    return Community(xy_m, households, pairs)


def whole(community: Community) -> bool:
    """Whether every building can be reached from every other."""
    return bool(connected_components(community.matrix, directed=False)[0] == 1)


def communities() -> Iterator[Community]:
    """The set that is kept: each size once, every third with a brook."""
    rng = np.random.default_rng(SEED)
    for nth, n in enumerate(SIZES):
        while True:
            community = made_up(n, rng, has_brook=nth % 3 == 2)
            if whole(community) and community.fair_counts:
                yield community
                break


def renew() -> None:
    """Solve all communities for every fair number of grids and keep what comes out."""
    rows = []
    for community in communities():
        optima = {}
        for n_grids in community.fair_counts:
            solved = optimum(community, n_grids)
            if solved is not None:
                optima[n_grids] = {"rms_m": round(solved.rms_m, 6), "grid": solved.grid.tolist()}
        row = {
            "xy_m": community.xy_m.tolist(),
            "households": community.households.tolist(),
            "pairs": community.pairs,
            "optima": optima,
        }
        rows.append(json.dumps(row, separators=(",", ":")))
        FILE.write_text("[\n" + ",\n".join(rows) + "\n]\n")


def kept() -> list[tuple[Community, dict[int, Optimum]]]:
    """The kept communities with their optima by number of grids."""
    return [
        (
            Community(
                np.array(item["xy_m"]),
                np.array(item["households"]),
                [(a, b) for a, b in item["pairs"]],
            ),
            {
                int(n_grids): Optimum(best["rms_m"], np.array(best["grid"], np.int32))
                for n_grids, best in item["optima"].items()
            },
        )
        for item in json.loads(FILE.read_text())
    ]


if __name__ == "__main__":
    renew()
