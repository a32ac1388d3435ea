"""Settling rows of which it is not sure who they are: one by one, or many at once."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.errors import Refused
from kapok.people.lists.values import values_of
from kapok.people.models import ListRow, Person, PersonList
from kapok.people.operations.lists.bringing import locked_list
from kapok.people.operations.lists.candidates import identity_index

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

    Settled together, rows are never the same as somebody with other papers: those wait for a look.
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
    if rows is None and choice is Choice.SAME:
        settled = _with_like_papers(settled)
    for row in settled:
        row.status, row.settled_by = _settled(row, choice), by
    ListRow.objects.bulk_update(settled, ["status", "settled_by"], batch_size=2_000)
    return len(settled)


def _with_like_papers(rows: Sequence[ListRow]) -> list[ListRow]:
    """Without those whose papers are known and are other than those of the one they may be."""
    people = Person.objects.filter(pk__in=[row.candidate for row in rows if row.candidate])
    papers: dict[UUID | None, Any] = {person.pk: person.identity_index for person in people}
    earlier = ListRow.objects.filter(pk__in=[row.same_as for row in rows if row.same_as])
    papers |= {row.pk: _papers(row) for row in earlier}
    found = []
    for row in rows:
        mine, theirs = _papers(row), papers.get(row.candidate or row.same_as)
        if not mine or not theirs or bytes(mine) == bytes(theirs):
            found.append(row)
    return found


def _papers(row: ListRow) -> bytes | None:
    said = values_of(row).identity
    return identity_index(said) if said else None


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
