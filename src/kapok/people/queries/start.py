"""What forms about somebody begin with."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import Http404

from kapok.access import scope, secrets
from kapok.people.models import Person, RegisterEntry
from kapok.people.shown import for_acting

NOTHING = UUID(int=0)


@dataclass(frozen=True)
class Start:
    """What is written down now, as the fields of the forms are named."""

    facts: dict[str, Any]
    papers: dict[str, str]
    reach: dict[str, list[str]]
    care: dict[str, Any] = field(default_factory=dict)
    housemates: tuple[tuple[UUID, str], ...] = ()
    all_of_them: tuple[UUID, ...] = ()
    item_label: str = ""


def start_of(person_id: UUID, entry_id: UUID | None = None) -> Start:
    """What the forms of a person begin with; 404 where there is nobody for who acts."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise Http404
    others = Person.objects.filter(household=person.household_id, left_at=None)
    home = [(each.pk, each.name) for each in others] if person.household_id else []
    entry = (
        RegisterEntry.objects.filter(pk=entry_id, person=person_id).first() if entry_id else None
    )
    return Start(
        facts={
            name: getattr(person, name)
            for name in ("name", "sex", "birth_date", "relation", "presence")
        },
        papers=_papers(person),
        reach={"languages": person.languages, "needs": person.needs},
        care={"tier": entry.tier, "note": entry.note} if entry else {},
        housemates=tuple(pair for pair in home if pair[0] != person_id),
        all_of_them=tuple(key for key, _name in home) or (person_id,),
        item_label=entry.get_kind_display() if entry else "",
    )


def _papers(person: Person) -> dict[str, str]:
    """Kind and number, where the purpose needs them."""
    if person.identity is None or not for_acting(scope.current()).needs("person.identity"):
        return {}
    number = secrets.decrypt(bytes(person.identity), about="identity")
    return {"identity_kind": person.identity_kind, "identity": number}
