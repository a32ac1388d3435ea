"""What pages show of lists. Rows about people are traced by the query that shows them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access import masks, secrets
from kapok.access.models import EXPORT_ALONE, Emergency, Look
from kapok.access.purposes import PURPOSES, of_role
from kapok.access.roles import Permission
from kapok.access.scope import current, require
from kapok.access.trace import look
from kapok.errors import NotAllowed
from kapok.people.lists.columns import FIELDS, recognise
from kapok.people.lists.kept import table_of
from kapok.people.lists.refused import refused_workbook
from kapok.people.lists.values import Values, frame_of, values_of
from kapok.people.matching.levels import COMPARISONS
from kapok.people.models import ListRow, Person, PersonList, RegisterEntry
from kapok.places.models import Building

PAGE = 50
COMPARED = {
    "name": gettext_lazy("Name"),
    "birth": gettext_lazy("Birth date"),
    "identity": gettext_lazy("Number of papers"),
    "phone": gettext_lazy("Telephone"),
    "home": gettext_lazy("Address"),
    "sex": gettext_lazy("Sex"),
}
SHOWN = ("UNCLEAR", "REFUSED", "REPEATED", "ELSEWHERE", "NEW", "KNOWN", "LEFT_OUT")
SAMPLES = 3


@dataclass(frozen=True)
class ListCard:
    """A list as the overview and its own page name it."""

    id: UUID
    title: str
    owner: str
    legal_basis: str
    reason: str
    purpose: str
    register: str
    expires_at: datetime
    status: str
    status_label: str
    file_name: str
    n_rows: int
    n_done: int
    failure: str
    brought_by: str
    brought_at: datetime
    has_expired: bool
    is_mine: bool  # brought by whoever looks

    @property
    def last_day(self) -> date:
        """The last day on which it is kept; it expires when this day ends."""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))

    @property
    def percent(self) -> int:
        """How far the check has come."""
        return 100 * self.n_done // max(1, self.n_rows)


@dataclass(frozen=True)
class Field:
    """A field, and the column that it was found in or is chosen to be."""

    name: str
    label: str
    column: str
    is_sure: bool


@dataclass(frozen=True)
class Columns:
    """The columns of a file beside the fields, with the first cells masked."""

    fields: tuple[Field, ...]
    found: tuple[str, ...]
    samples: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """Somebody as a row says it, or as they are known; masked."""

    name: str
    birth_date: str
    identity: str
    phone: str
    home: str


@dataclass(frozen=True)
class Agreement:
    """How far one thing agrees between a row and who it may be."""

    label: str
    is_same: bool
    is_close: bool


@dataclass(frozen=True)
class Known:
    """Somebody who is known: as they are shown, and the columns that are compared."""

    side: Side
    compared: dict[str, str | None]


@dataclass(frozen=True)
class RowLine:
    """One row of a list on a page."""

    id: UUID
    number: int
    status: str
    said: Side
    known: Side | None
    same_as: int | None
    percent: int | None
    agreement: tuple[Agreement, ...]
    problems: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RowsPage:
    """Some rows of one status."""

    status: str
    lines: tuple[RowLine, ...]
    page: int
    n_pages: int
    n: int

    @property
    def earlier(self) -> int:
        """The page before, or 0."""
        return self.page - 1

    @property
    def later(self) -> int:
        """The page after, or 0 behind the last."""
        return self.page + 1 if self.page < self.n_pages else 0


def lists_in_view() -> list[ListCard]:
    """The lists of the acting places that are not dropped, newest first."""
    require(Permission.LIST_BRING)
    kept = PersonList.objects.exclude(status=PersonList.Status.DROPPED)
    return [_card(each) for each in kept.select_related("brought_by")[:200]]


def list_card(list_id: UUID) -> ListCard:
    """One list; ``PersonList.DoesNotExist`` where it is out of sight."""
    require(Permission.LIST_BRING)
    return _card(PersonList.objects.select_related("brought_by").get(pk=list_id))


def purpose_code(list_id: UUID) -> str:
    """The purpose that a list was brought for."""
    require(Permission.LIST_BRING)
    return PersonList.objects.values_list("purpose", flat=True).get(pk=list_id)


def purposes_for_lists() -> list[tuple[str, str]]:
    """The purposes that the acting role may bring lists for."""
    return [
        (code, str(purpose.label))
        for code, purpose in of_role(current().role).items()
        if "listrow.values" in purpose.fields
    ]


def emergencies_in_force() -> list[tuple[str, str]]:
    """Emergencies that have not ended."""
    at = current().at
    running = Emergency.objects.filter(starts_at__lte=at).exclude(ends_at__lte=at)
    return [(str(each.pk), each.name) for each in running]


def columns_of(list_id: UUID) -> Columns:
    """The columns of a list that waits for them to be confirmed."""
    found = PersonList.objects.get(pk=list_id)
    table = table_of(found)
    sure = {guess.field: guess.likeness == 1 for guess in recognise(table.frame)}
    fields = tuple(
        Field(name, str(label), found.columns.get(name, ""), sure.get(name, False))
        for name, label in FIELDS.items()
    )
    samples = tuple(
        tuple(masks.identity(cell or "") for cell in row)
        for row in table.frame.head(SAMPLES).rows()
    )
    return Columns(fields, tuple(table.frame.columns), samples, table.notes)


def counts(list_id: UUID) -> list[tuple[str, str, int]]:
    """(status, its label, number of rows), in the order in which they want looking at."""
    rows = ListRow.objects.filter(person_list=list_id).order_by()
    found = dict(rows.values_list("status").annotate(n=Count("pk")))
    labels = dict(ListRow.Status.choices)
    return [(status, str(labels[status]), found.get(status, 0)) for status in SHOWN]


def rows_page(list_id: UUID, status: str, page: int) -> RowsPage:
    """Fifty rows of one status, the unclear ones likeliest first, each beside who it may be."""
    who = current()
    rows = ListRow.objects.filter(person_list=list_id, status=status)
    n = rows.count()
    n_pages = max(1, -(-n // PAGE))
    page = min(max(1, page), n_pages)
    order = ("-likeness", "number") if status == ListRow.Status.UNCLEAR else ("number",)
    shown = list(rows.order_by(*order)[(page - 1) * PAGE : page * PAGE])
    people = _people([row.candidate for row in shown if row.candidate])
    earlier = {
        row.pk: row
        for row in ListRow.objects.filter(pk__in=[row.same_as for row in shown if row.same_as])
    }
    values = {row.pk: values_of(row) for row in [*shown, *earlier.values()]}
    homes = _homes(values.values())
    if shown:
        look(Look.Action.LIST, [*values, *people], place=who.ranges[0][0])
    people |= {key: _of_row(values[key], homes) for key in earlier}
    numbers = {key: row.number for key, row in earlier.items()}
    lines = tuple(_line(row, values[row.pk], people, numbers, homes) for row in shown)
    return RowsPage(status, lines, page, n_pages, n)


def refused_file(list_id: UUID) -> bytes:
    """The refused rows as a workbook with the reason beside each, as they came.

    Whoever brought them has them anyway; to others they are rows that are taken out, and above
    fifty ``NotAllowed``.
    """
    found = PersonList.objects.get(pk=list_id)
    wanted = ListRow.Status.REFUSED, ListRow.Status.ELSEWHERE
    rows = list(found.rows.filter(status__in=wanted).order_by("number"))
    if len(rows) > EXPORT_ALONE and found.brought_by_id != current().account:
        raise NotAllowed(
            _(
                "Only who brought the list takes so many of its refused rows out. Ask them for "
                "the file."
            )
        )
    look(Look.Action.EXPORT, [row.pk for row in rows], place=found.place)
    return refused_workbook(list(found.columns.values()), _refused(rows, list(found.columns)))


def registers() -> list[tuple[str, str]]:
    """Registers that a list may be."""
    return [(code, str(label)) for code, label in RegisterEntry.Kind.choices]


def _refused(
    rows: Sequence[ListRow], fields: list[str]
) -> Iterator[tuple[int, Sequence[str], str]]:
    for row in rows:
        cells = values_of(row).cells
        reason = " ".join(f"{label}: {sentence}" for label, sentence in _problems(row))
        yield row.number, [cells.get(field, "") for field in fields], reason


def _problems(row: ListRow) -> tuple[tuple[str, str], ...]:
    """The problems in the language of the page."""
    return tuple((str(FIELDS.get(field, field)), _(said)) for field, said in row.problems)


def _card(found: PersonList) -> ListCard:
    purpose = PURPOSES.get(found.purpose)
    registers_by_code = dict(RegisterEntry.Kind.choices)
    return ListCard(
        id=found.pk,
        title=found.title,
        owner=found.owner,
        legal_basis=found.legal_basis,
        reason=found.reason,
        purpose=str(purpose.label) if purpose else found.purpose,
        register=str(registers_by_code.get(found.register, "")),
        expires_at=found.expires_at,
        status=found.status,
        status_label=found.get_status_display(),
        file_name=found.file_name,
        n_rows=found.n_rows,
        n_done=found.n_done,
        failure=found.failure,
        brought_by=str(found.brought_by),
        brought_at=found.brought_at,
        has_expired=found.expires_at <= current().at,
        is_mine=found.brought_by_id == current().account,
    )


def _people(keys: list[UUID]) -> dict[UUID, Known]:
    people = Person.objects.filter(pk__in=keys).select_related("household__dwelling__building")
    found: dict[UUID, Known] = {}
    for person in people.prefetch_related("contacts"):
        home = person.household.dwelling if person.household else None
        sealed = [bytes(each.value) for each in person.contacts.all()]
        phones = [secrets.decrypt(each, about="phone") for each in sealed]
        born = person.birth_date.isoformat() if person.birth_date else ""
        number = _number(person)
        found[person.pk] = Known(
            _side(person.name, born, number, phones, home.building.name if home else ""),
            {
                "name": person.name,
                "birth": born,
                "identity": number,
                "phone": ",".join(phones),
                "building": str(home.building_id) if home else "",
                "room": home.room if home else "",
                "sex": person.sex,
            },
        )
    return found


def _number(person: Person) -> str:
    if person.identity is None:
        return ""
    return secrets.decrypt(bytes(person.identity), about="identity")


def _homes(values: Iterable[Values]) -> dict[str, str]:
    keys = {said.building for said in values if said.building}
    names = Building.objects.filter(pk__in=keys).values_list("pk", "name")
    return {str(pk): name for pk, name in names}


def _side(name: str, born: str, identity: str, phones: Sequence[str], home: str) -> Side:
    """Masked: enough to tell two people apart, and no more."""
    shown = [masks.phone(phone) for phone in phones]
    return Side(masks.name(name), born[:4], masks.identity(identity), ", ".join(shown), home)


def _of_row(said: Values, homes: dict[str, str]) -> Known:
    """An earlier row of the list, as another one may repeat it."""
    name = said.name or said.cells.get("name", "")
    side = _side(name, said.birth_date, said.identity, said.phones, homes.get(said.building, ""))
    return Known(side, frame_of([said]).row(0, named=True))


def _line(
    row: ListRow,
    said: Values,
    people: dict[UUID, Known],
    numbers: dict[UUID, int],
    homes: dict[str, str],
) -> RowLine:
    other = row.candidate or row.same_as
    known = people.get(other) if other else None
    return RowLine(
        id=row.pk,
        number=row.number,
        status=row.status,
        said=_of_row(said, homes).side,
        known=known.side if known else None,
        same_as=numbers.get(row.same_as) if row.same_as else None,
        percent=None if row.likeness is None else int(100 * row.likeness),
        agreement=_agreement(said, known.compared) if known else (),
        problems=_problems(row),
    )


def _agreement(said: Values, known: dict[str, str | None]) -> tuple[Agreement, ...]:
    """What agrees and what does not, so that nobody needs to see the values for it."""
    mine = frame_of([said]).row(0, named=True)
    found = []
    for comparison in COMPARISONS:
        cells = [side[column] for side in (mine, known) for column in comparison.columns]
        level = comparison.level(*cells)
        if level is not None:
            best = len(comparison.labels) - 1
            label = str(COMPARED[comparison.name])
            found.append(Agreement(label, level == best, 0 < level < best))
    return tuple(found)
