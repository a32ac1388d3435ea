"""What can be taken out about people: the residents of an area, for a purpose."""

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kapok.access import secrets
from kapok.access.exports import Exportable, Row
from kapok.access.roles import Permission
from kapok.people.models import Contact, Need, Person

AT_ONCE = 1000


def residents(lo: int, hi: int) -> QuerySet[Person]:
    """Who lives, is registered or stays in an area now."""
    return Person.objects.filter(place__gte=lo, place__lt=hi, left_at=None)


def _count(lo: int, hi: int) -> int:
    return residents(lo, hi).count()


def _rows(lo: int, hi: int) -> Iterator[Row]:
    people = list(
        residents(lo, hi)
        .select_related("household__dwelling__building")
        .order_by("place", "household__dwelling__building", "household__dwelling__room", "pk")
    )
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        phones = _phones(some)
        for person in some:
            yield Row(person.pk, _cells(person, phones.get(person.pk, "")))


def _cells(person: Person, phones: str) -> tuple[str, ...]:
    home = person.household.dwelling if person.household else None
    return (
        str(person.place),
        home.building.name if home else "",
        home.room if home else "",
        person.name,
        person.get_sex_display(),
        person.birth_date.isoformat() if person.birth_date else "",
        person.get_relation_display(),
        person.get_presence_display(),
        phones,
        ", ".join(str(label) for label in _needs(person)),
    )


def _needs(person: Person) -> list[str]:
    labels = dict(Need.choices)
    return [str(labels.get(need, need)) for need in person.needs]


def _phones(people: list[Person]) -> dict[object, str]:
    found: dict[object, list[str]] = {}
    for contact in Contact.objects.filter(person__in=people).order_by("kind", "pk"):
        phone = secrets.decrypt(bytes(contact.value), about="phone")
        found.setdefault(contact.person_id, []).append(phone)
    return {person: ", ".join(phones) for person, phones in found.items()}


EXPORTABLES = (
    Exportable(
        key="residents",
        label=_("Residents of an area"),
        permission=Permission.PERSON_REVEAL,
        purposes=frozenset({"household_care", "epidemic_check", "urgent_help"}),
        heading=(
            _("Grid"),
            _("Address"),
            _("Room"),
            _("Name"),
            _("Sex"),
            _("Born on"),
            _("In the household"),
            _("Presence"),
            _("Telephone"),
            _("Needs"),
        ),
        count=_count,
        rows=_rows,
    ),
)
