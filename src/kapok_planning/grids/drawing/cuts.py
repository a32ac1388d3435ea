"""Every way to cut a small piece of a town, one after another, until one fits the bounds."""

from collections.abc import Iterator, Sequence

from kapok_planning.grids.town import Bounds


class OutOfSteps(Exception):
    """The search was given up before it had tried every cut."""


def count_fits(households: int, bounds: Bounds) -> bool:
    """Whether some number of grids, one at least, within the bounds adds up to ``households``."""
    return 0 < -(-households // bounds.high) <= households // bounds.low


class CutSearch:
    """Search for a partition of a connected graph into connected parts within the bounds.

    Takes the building with the fewest open neighbours, tries every connected grid around it, and
    goes on with what is left; what is left and cannot be cut is remembered.

    Parameters
    ----------
    neighbours
        For each building the bit mask of its neighbours.
    households
        Of each building.
    max_steps
        Grids, whole or begun, to be looked at before :class:`OutOfSteps` is raised.
    """

    def __init__(
        self, neighbours: Sequence[int], households: Sequence[int], bounds: Bounds, max_steps: int
    ) -> None:
        self._neighbours = neighbours
        self._households = households
        self._bounds = bounds
        self._max_steps = max_steps
        self.steps = 0
        self._hopeless: set[int] = set()

    def cut(self) -> list[int] | None:
        """The grids as bit masks, or None when no cut exists.

        Raises
        ------
        OutOfSteps
            When the steps ended before either was found.
        """
        return self._cut_pieces((1 << len(self._households)) - 1)

    def _cut_pieces(self, mask: int) -> list[int] | None:
        parts: list[int] = []
        pieces = list(self._pieces(mask))
        if not all(count_fits(self._total(piece), self._bounds) for piece in pieces):
            return None
        for piece in sorted(pieces, key=int.bit_count):
            found = self._cut_piece(piece)
            if found is None:
                return None
            parts += found
        return parts

    def _cut_piece(self, piece: int) -> list[int] | None:
        if piece in self._hopeless:
            return None
        corner = min(_bits(piece), key=lambda i: ((self._neighbours[i] & piece).bit_count(), i))
        start = 1 << corner
        for grid in self._grids(
            start, self._households[corner], self._neighbours[corner] & piece, piece & ~start
        ):
            rest = self._cut_pieces(piece & ~grid)
            if rest is not None:
                return [grid, *rest]
        self._hopeless.add(piece)
        return None

    def _grids(self, grid: int, total: int, border: int, allowed: int) -> Iterator[int]:
        """Connected sets of buildings that contain ``grid``, each once, within the bounds."""
        self.steps += 1
        if self.steps > self._max_steps:
            raise OutOfSteps
        if total > self._bounds.high:
            return
        if total >= self._bounds.low:
            yield grid
        while border:
            bit = border & -border
            border ^= bit
            allowed &= ~bit
            i = bit.bit_length() - 1
            yield from self._grids(
                grid | bit,
                total + self._households[i],
                border | (self._neighbours[i] & allowed),
                allowed,
            )

    def _total(self, mask: int) -> int:
        return sum(self._households[i] for i in _bits(mask))

    def _pieces(self, mask: int) -> Iterator[int]:
        """The connected pieces of a set of buildings."""
        while mask:
            piece, border = 0, mask & -mask
            while border:
                piece |= border
                reached = 0
                for i in _bits(border):
                    reached |= self._neighbours[i]
                border = reached & mask & ~piece
            mask &= ~piece
            yield piece


def _bits(mask: int) -> Iterator[int]:
    """Numbers of the bits that are set, rising."""
    while mask:
        bit = mask & -mask
        yield bit.bit_length() - 1
        mask ^= bit
