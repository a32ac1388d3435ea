"""People who may be one with somebody: of like name, with nothing that speaks against it."""

from datetime import date
from uuid import UUID

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.people import names
from kapok.people.models import Merge, Person
from kapok.people.queries.find import Found, found_lines, ranked_by_name
from kapok.people.shown import Shown

MOST = 20


def twins_of(
    person_id: UUID, shown: Shown, *, today: date, also: UUID | None = None
) -> tuple[Found, ...]:
    """Those of one's places who may be the same person, and ``also``, written into the trace."""
    person = Person.objects.filter(pk=person_id, left_at=None).first()
    if person is None:
        return ()
    ids = set(ranked_by_name(person.name, names.query_tokens(person.name)))
    ids |= {also} if also else set()
    rows = Person.objects.filter(pk__in=ids - {person_id}, left_at=None)
    rows = rows.select_related("household__dwelling__building")
    ranked = []
    for row in rows:
        rank = names.matches(row.name, person.name)
        if row.pk == also or (rank is not None and _may_be(person, row)):
            ranked.append((9 if rank is None else rank, row.pk, row))
    chosen = [row for *_key, row in sorted(ranked, key=lambda each: each[:2])[:MOST]]
    action = Look.Action.REVEAL if shown.revealed else Look.Action.SEARCH
    look(action, [person_id, *(row.pk for row in chosen)], place=person.place)
    return found_lines(chosen, shown, today=today)


def _may_be(person: Person, other: Person) -> bool:
    """Whether nothing that is written down speaks against it."""
    dates = {person.birth_date, other.birth_date} - {None}
    sexes = {person.sex, other.sex} - {"U"}
    return len(dates) < 2 and len(sexes) < 2


def is_merged(merge_id: UUID) -> UUID | None:
    """Whom a merge that can still be undone kept."""
    return Merge.objects.filter(pk=merge_id, undone_at=None).values_list("kept", flat=True).first()
