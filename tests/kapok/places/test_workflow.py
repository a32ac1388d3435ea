"""The whole table of a drawing's life."""

import pytest

from kapok.places.workflow import MOVES, IllegalMove, Status, after, open_moves

LEGAL = {
    ("change", "OPEN"): "OPEN",
    ("publish", "OPEN"): "PUBLISHED",
    ("discard", "OPEN"): "DISCARDED",
}


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("status", Status)
def test_every_move_from_every_status(move, status):
    if (move, status) in LEGAL:
        assert after(status, move) == LEGAL[move, status]
    else:
        with pytest.raises(IllegalMove, match="Draw grids again"):
            after(status, move)


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.DISCARDED])
def test_nothing_leaves_a_closed_drawing(status):
    assert open_moves(status) == []
