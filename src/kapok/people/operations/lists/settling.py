"""Settling rows of which it is not sure who they are: one by one, or many at once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import Refused
from kapok.people.lists.values import values_of
from kapok.people.models import ListRow, PersonList
from kapok.people.operations.lists.bringing import locked_list

Status = ListRow.Status
OPEN = (Status.UNCLEAR, Status.KNOWN, Status.NEW, Status.LEFT_OUT, Status.REPEATED)


class Choice(StrEnum):
    """What somebody says of a row."""

    SAME = "same"  # the person, or the row, that it was compared with
    ANOTHER = "another"  # a new person
    LEAVE_OUT = "leave_out"


@transaction.atomic
def settle_rows(
    *,
    list_id: UUID,
    choice: Choice,
    rows: Sequence[UUID] | None = None,
    at_least: float | None = None,
    by: User,
    at: datetime,
) -> int:
    """Settle these rows, or all that are unclear (with at least this likeness); how many.

    Raises ``Refused`` where a row cannot become that, and then settles none.
    """
    found = locked_list(list_id, PersonList.Status.CHECKED)
    require(Permission.LIST_BRING, found.place)
    wanted = found.rows.select_for_update().filter(status__in=OPEN)
    if rows is not None:
        wanted = wanted.filter(pk__in=rows)
    else:
        wanted = wanted.filter(status=Status.UNCLEAR)
        if at_least is not None:
            wanted = wanted.filter(likeness__gte=at_least)
    settled = list(wanted)
    for row in settled:
        row.status, row.settled_by = _settled(row, choice), by
    ListRow.objects.bulk_update(settled, ["status", "settled_by"], batch_size=2_000)
    return len(settled)


def _settled(row: ListRow, choice: Choice) -> Status:
    if choice is Choice.LEAVE_OUT:
        return Status.LEFT_OUT
    if choice is Choice.SAME:
        if row.candidate is None and row.same_as is None:
            raise Refused(
                _("Row %(number)s was compared with nobody, so it is not the same as somebody.")
                % {"number": row.number}
            )
        return Status.KNOWN if row.candidate else Status.REPEATED
    if not values_of(row).building:
        raise Refused(
            _(
                "Row %(number)s has no address, so nobody new can be written down from it. "
                "Leave it out, or say that it is the same person."
            )
            % {"number": row.number}
        )
    return Status.NEW
