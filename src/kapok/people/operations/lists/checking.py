"""Checking a list: every row read, compared with the others and with whoever lives here.

It takes seconds to minutes, so it is a job: it enters and leaves the scope of whoever asked for it
in several transactions, and says in between how far it has come. What it finds is written in the
last one alone, so that a check that was cut off has found nothing and is begun anew.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from uuid import UUID

import polars as pl
from django.conf import settings

from kapok.access.models import Look
from kapok.access.roles import Permission
from kapok.access.scope import Acting, require
from kapok.access.trace import LOCAL, look
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused
from kapok.people.lists.addresses import Town
from kapok.people.lists.checking import Checked, Checker, check_rows
from kapok.people.lists.kept import table_of
from kapok.people.lists.reading import Table
from kapok.people.lists.values import Values, frame_of, from_checked
from kapok.people.matching.deciding import MAYBE, best_candidates
from kapok.people.matching.model import standard_model
from kapok.people.matching.pairs import pairs_within
from kapok.people.models import ListRow, PersonList
from kapok.people.operations.lists.bringing import locked_list
from kapok.people.operations.lists.candidates import (
    find_candidates,
    known_elsewhere,
    n_people,
)
from kapok.people.operations.lists.problems import ALREADY_HERE, NO_ADDRESS
from kapok.places.models import Area, Building

Enter = Callable[[], AbstractContextManager[Acting]]
Status = ListRow.Status
IN_COMMON = 0.5  # of the rows, about as many are known people
REPEATED = 0.05
TOLD_EVERY = 2_000


def check_list(*, list_id: UUID, enter: Enter) -> None:
    """Check the rows of a list whose columns are confirmed.

    ``enter`` opens a transaction in which whoever asked for the check acts. Raises ``Refused`` or
    ``NotAllowed``; :func:`fail_check` then says so on the list.
    """
    with enter() as who:
        found = PersonList.objects.get(pk=list_id)
        if found.status != PersonList.Status.CHECKING:
            return
        require(Permission.LIST_BRING, found.place)
        table, (town, buildings) = table_of(found), town_of(who)
        today = who.at.astimezone(LOCAL).date()
    checker = Checker(town, today, settings.PHONE_REGION)

    def tell(done: int) -> None:
        if done % TOLD_EVERY and done != len(table.frame):
            return
        with enter():
            PersonList.objects.filter(pk=list_id).update(n_done=done)

    checked = list(check_rows(table.frame, found.columns, checker, tell))
    with enter():
        found = locked_list(list_id, PersonList.Status.CHECKING)
        require(Permission.LIST_BRING, found.place)
        rows = verdicts(found, table, checked, buildings)
        found.rows.all().delete()
        ListRow.objects.bulk_create(rows, batch_size=2_000)
        found.status, found.n_done = PersonList.Status.CHECKED, len(rows)
        found.save(update_fields=["status", "n_done"])
        people = [row.candidate for row in rows if row.candidate is not None]
        look(Look.Action.SEARCH, people, place=found.place)


def fail_check(*, list_id: UUID, error: Refused | NotAllowed, enter: Enter) -> None:
    """Say on the list why its check ended; its columns can be confirmed anew."""
    with enter():
        PersonList.objects.filter(pk=list_id, status=PersonList.Status.CHECKING).update(
            status=PersonList.Status.BROUGHT, failure=str(error)[:500]
        )


def town_of(who: Acting) -> tuple[Town, list[str]]:
    """The standing buildings of the acting places, and their keys in the same order."""
    inside = Building.objects.filter(gone_at=None).order_by("pk")
    lo, hi = min(lo for lo, _hi in who.ranges), max(hi for _lo, hi in who.ranges)
    rows = inside.filter(place__gte=lo, place__lt=hi).values_list("pk", "name", "place")
    mine = [row for row in rows if any(lo <= row[2] < hi for lo, hi in who.ranges)]
    areas = Area.objects.filter(
        level=Level.COMMUNITY, valid_to=None, code__gte=lo - lo % 1000, code__lt=hi
    )
    communities = dict(areas.values_list("code", "name_zh"))
    town = Town([name for _pk, name, _at in mine], [at for *_both, at in mine], communities)
    return town, [str(pk) for pk, *_others in mine]


def verdicts(
    found: PersonList, table: Table, checked: Sequence[Checked], buildings: list[str]
) -> list[ListRow]:
    """What becomes of each row."""
    cells = table.frame.select(pl.col(c).alias(f) for f, c in found.columns.items())
    values = [
        from_checked(row, {f: text or "" for f, text in line.items()}, buildings)
        for row, line in zip(checked, cells.iter_rows(named=True), strict=True)
    ]
    rows = [
        ListRow(
            person_list=found,
            place=found.place,
            number=number,
            values=said.sealed(),
            problems=[[problem.field, problem.sentence] for problem in row.problems],
            status=Status.REFUSED if row.problems else Status.NEW,
        )
        for number, row, said in zip(table.numbers, checked, values, strict=True)
    ]
    sound = [at for at, row in enumerate(rows) if row.status == Status.NEW]
    _settle_sound([rows[at] for at in sound], [values[at] for at in sound])
    return rows


def _settle_sound(rows: list[ListRow], values: list[Values]) -> None:
    if not rows:
        return
    model, n = standard_model(), len(rows)
    known = model.score(find_candidates(values), prior=IN_COMMON / n_people())
    repeats = model.score(pairs_within(frame_of(values)), prior=REPEATED / max(n, 1_000))
    of_people = _by_row(best_candidates(known))
    of_rows = _by_row(best_candidates(repeats.with_columns(pl.col("candidate").cast(pl.Int64))))
    elsewhere = known_elsewhere(values)
    for at, (row, said) in enumerate(zip(rows, values, strict=True)):
        if at in of_rows and of_rows[at]["is_sure"]:
            earlier = rows[of_rows[at]["candidate"]]
            row.status, row.likeness = Status.REPEATED, of_rows[at]["likeness"]
            row.same_as = earlier.same_as or earlier.pk
        elif at in of_people:
            best = of_people[at]
            row.status = Status.KNOWN if best["is_sure"] else Status.UNCLEAR
            row.candidate, row.likeness = UUID(best["candidate"]), best["likeness"]
        elif said.identity in elsewhere:
            row.status = Status.ELSEWHERE
            row.problems = [["identity", ALREADY_HERE]]
        elif at in of_rows and of_rows[at]["likeness"] >= MAYBE:
            row.status, row.likeness = Status.UNCLEAR, of_rows[at]["likeness"]
            row.same_as = rows[of_rows[at]["candidate"]].pk
        elif not said.building:
            row.status = Status.REFUSED
            row.problems = [["address", NO_ADDRESS]]


def _by_row(best: pl.DataFrame) -> Mapping[int, dict]:
    return {row["row"]: row for row in best.iter_rows(named=True)}
