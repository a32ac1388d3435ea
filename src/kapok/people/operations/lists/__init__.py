"""What changes a list: bringing it, checking its rows, settling them, taking them over.

``PersonList`` is locked before any of its rows; people are locked after both.
"""

from kapok.people.operations.lists.bringing import (
    About,
    bring_list,
    confirm_columns,
    drop_list,
    locked_list,
)
from kapok.people.operations.lists.checking import check_list, fail_check
from kapok.people.operations.lists.settling import Choice, settle_rows
from kapok.people.operations.lists.taking import Taken, take_list

__all__ = [
    "About",
    "Choice",
    "Taken",
    "bring_list",
    "check_list",
    "confirm_columns",
    "drop_list",
    "fail_check",
    "locked_list",
    "settle_rows",
    "take_list",
]
