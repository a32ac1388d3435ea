"""Annealing in rounds of pieces: near posts with the people who mostly work there.

The pieces of a round share neither people nor seats, so they can be worked on anywhere; the next
round cuts other pieces, so that nothing is stuck at a border.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kapok_planning.rosters.checking import filled
from kapok_planning.rosters.grouping import Part, cut_roles
from kapok_planning.rosters.kernels import Data, anneal, row_costs
from kapok_planning.rosters.problem import OFF, IntArray, Problem, Progress, StoppingRule
from kapok_planning.rosters.settling import settle_posts
from kapok_planning.spreading import Spread

PIECE_MOVES = 1 << 20  # about a second
SLICE_MOVES = 1 << 17  # after these, posts are settled anew
HOT, COLD = 1.5, 0.05


@dataclass(frozen=True)
class Piece:
    """Some people at some posts for a while.

    Attributes
    ----------
    people : (k,) int array
        Who they are.
    data
        The problem as the kernels take it, of these people alone; their duties elsewhere stand.
    rows : (k + nobodies, d) int array
        Their duties, and below them seats that stay empty.
    n_moves, hot, cold, seed
        How it is annealed.
    """

    people: IntArray
    data: Data
    rows: IntArray
    n_moves: int
    hot: float
    cold: float
    seed: tuple[int, ...]


def annealed(piece: Piece) -> IntArray:
    """The duties of a piece's people afterwards, (k, d)."""
    rows, data, n = piece.rows.copy(), piece.data, len(piece.people)
    members = np.arange(n, dtype=np.int32)
    nobodies = np.arange(n, len(rows), dtype=np.int32)
    if n < 2 and not len(nobodies):
        return rows[:n]
    state = np.random.default_rng(piece.seed).integers(1, 2**63, size=1).astype(np.uint64)
    cost = row_costs(data, rows)
    n_slices = max(1, -(-piece.n_moves // SLICE_MOVES))
    heats = piece.hot * (piece.cold / piece.hot) ** (np.arange(n_slices + 1) / n_slices)
    everybody = np.ones(n, np.bool_)
    for i in range(n_slices):
        step = min(SLICE_MOVES, piece.n_moves - i * SLICE_MOVES)
        anneal(data, rows, cost, members, nobodies, state, step, heats[i], heats[i + 1])
        settle_posts(data, rows, everybody, n)
        cost = row_costs(data, rows)
    return rows[:n]


@dataclass(frozen=True)
class Annealing:
    """A roster that is being made better, round by round."""

    problem: Problem
    data: Data
    parts: Sequence[Part]
    moves_per_cell: int
    most_roles: int
    seed: int
    piece_moves: int = PIECE_MOVES

    @property
    def n_rounds(self) -> int:
        """Rounds, so that no piece takes much longer than a second."""
        largest = max((self._n_people(part) for part in self.parts), default=0)
        moves = self.moves_per_cell * largest * self.problem.calendar.n_days
        return max(1, -(-moves // self.piece_moves))

    def _n_people(self, part: Part) -> int:
        """People of the largest piece of a part, about."""
        n_pieces = max(1, -(-len(part.roles) // self.most_roles))
        return -(-len(part.people) // n_pieces)

    def improve(
        self, duty: IntArray, spread: Spread, on_progress: Progress, should_stop: StoppingRule
    ) -> tuple[IntArray, bool]:
        """The cheapest roster of all rounds, and whether none was left out."""
        now, best, best_cost = duty.copy(), duty, self._cost(duty)
        n_rounds, stopped = self.n_rounds, False
        for number in range(n_rounds):
            pieces = list(self._pieces(now, number, n_rounds))
            for done, (piece, rows) in enumerate(
                zip(pieces, spread(annealed, pieces), strict=True), start=1
            ):
                now[piece.people] = rows
                on_progress(number * len(pieces) + done, n_rounds * len(pieces))
                if should_stop():
                    stopped = True
                    break
            if (cost := self._cost(now)) < best_cost - 1e-9:
                best, best_cost = now.copy(), cost
            if stopped:
                break
        return best, not stopped

    def _cost(self, duty: IntArray) -> float:
        empty = np.maximum(0, self.problem.needs - filled(self.problem, duty)).sum(axis=(0, 1))
        return float(row_costs(self.data, duty).sum() + (empty * self.problem.roles.price).sum())

    def _pieces(self, duty: IntArray, number: int, n_rounds: int) -> Iterator[Piece]:
        hot, cold = (HOT * (COLD / HOT) ** (x / n_rounds) for x in (number, number + 1))
        rng = np.random.default_rng([self.seed, number])
        empty = np.maximum(0, self.problem.needs - filled(self.problem, duty))
        for which, part in enumerate(self.parts):
            for i, (people, roles) in enumerate(self._cut(part, duty, rng)):
                moves = self.moves_per_cell * len(people) * self.problem.calendar.n_days
                seed = (self.seed, number, which, i)
                yield self._piece(
                    people, roles, duty, empty, -(-moves // n_rounds), (hot, cold), seed
                )

    def _cut(
        self, part: Part, duty: IntArray, rng: np.random.Generator
    ) -> list[tuple[IntArray, IntArray]]:
        """(people, roles) of pieces: everybody is where they have most of their duties."""
        if len(part.roles) <= self.most_roles:
            return [(part.people, part.roles)]
        price = self.data.price[np.ix_(part.people, part.roles)]
        groups = cut_roles(price, self.most_roles, int(rng.integers(len(part.roles))))
        group_of = np.full(self.problem.roles.n, -1, np.int32)
        for i, group in enumerate(groups):
            group_of[part.roles[group]] = i
        rows = duty[part.people]
        at = np.where(rows == OFF, -1, group_of[rows // self.problem.calendar.n_shifts])
        counts = np.stack([(at == i).sum(axis=1) for i in range(len(groups))], axis=1)
        nearest = np.argmin(np.nan_to_num(price, posinf=1e9), axis=1)
        counts[np.arange(len(rows)), group_of[part.roles[nearest]]] += 1
        lives = counts.argmax(axis=1)
        return [
            (part.people[lives == i], part.roles[np.sort(group)])
            for i, group in enumerate(groups)
            if (lives == i).any()
        ]

    def _piece(
        self, people: IntArray, roles: IntArray, duty: IntArray, empty: IntArray, n_moves: int,
        heats: tuple[float, float], seed: tuple[int, ...],
    ) -> Piece:  # fmt: skip
        data, shifts = self.data, self.problem.calendar.n_shifts
        inside = np.zeros(self.problem.roles.n, np.bool_)
        inside[roles] = True
        rows = duty[people]
        elsewhere = (rows != OFF) & ~inside[np.maximum(rows, 0) // shifts]
        number = np.full(self.problem.people.n + 1, -1, np.int32)  # the last stands for none
        number[people] = np.arange(len(people))
        local = data._replace(
            price=np.where(inside, data.price[people], np.float32(np.inf)),
            wishes=data.wishes[people],
            free=data.free[people] & ~elsewhere,
            limits=data.limits[people],
            nearest=number[data.nearest],
        )
        seats = rows_of_nobody(np.where(inside, empty, 0), shifts)
        return Piece(people, local, np.vstack([rows, seats]), n_moves, *heats, seed)


def rows_of_nobody(empty: IntArray, shifts: int) -> IntArray:
    """Empty seats (d, s, r) as rows of duties, (n, d)."""
    n = int(empty.sum(axis=(1, 2)).max(initial=0))
    rows = np.full((n, len(empty)), OFF, np.int32)
    for day in np.flatnonzero(empty.any(axis=(1, 2))).tolist():
        shift, role = np.nonzero(empty[day])
        codes = np.repeat(role * shifts + shift, empty[day][shift, role])
        rows[: len(codes), day] = codes
    return rows
