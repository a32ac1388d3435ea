"""Everything that changes places. Each function is one transaction.

Locks are always taken in this order: communities by code, then the drawing, then its rows.
"""

from kapok.places.operations.by_hand import MoveRefused, move_building, start_by_hand
from kapok.places.operations.close import discard
from kapok.places.operations.draw import OpenProposalOverlaps, draw_grids
from kapok.places.operations.lock import lock_grids, unlock_grids
from kapok.places.operations.publish import ProposalIsStale, publish
from kapok.places.succession import OutOfCodes

__all__ = [
    "MoveRefused",
    "OpenProposalOverlaps",
    "OutOfCodes",
    "ProposalIsStale",
    "discard",
    "draw_grids",
    "lock_grids",
    "move_building",
    "publish",
    "start_by_hand",
    "unlock_grids",
]
