"""Correct what is written down of somebody: name, birth, papers, how to talk with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import secrets
from kapok.access.models import User
from kapok.errors import Refused
from kapok.people import identity, names
from kapok.people.models import IdentityKind, Need, Person, Presence, Relation, Sex
from kapok.people.operations import locking
from kapok.people.wrong import Wrong

OLDEST_YEARS = 130
ABOUT = "identity"


@dataclass(frozen=True)
class Facts:
    """What papers and neighbours know of somebody."""

    name: str
    sex: str = Sex.UNKNOWN
    birth_date: date | None = None
    relation: str = Relation.OTHER
    presence: str = Presence.LIVING
    nationality: str = ""


@transaction.atomic
def correct_facts(*, person_id: UUID, facts: Facts, by: User | None, at: datetime) -> Person:
    """Correct somebody's name, sex, birth date, relation and presence."""
    person = locking.person(person_id)
    write_facts(person, facts, at=at)
    _refuse_against_papers(person, at)
    person.save()
    locking.changed(person)
    return person


def write_facts(person: Person, facts: Facts, *, at: datetime) -> None:
    """Put facts into a row that the caller saves, or refuse them."""
    name = " ".join(facts.name.split())
    if not name:
        raise Refused(_("A person needs a name. Write the one they are called by."))
    wrong = names.suspicion(name)
    if wrong:
        raise Wrong(wrong)
    born = facts.birth_date
    if born and born > localdate(at):
        raise Refused(_("The birth date lies in the future. Check the year."))
    if born and at.year - born.year > OLDEST_YEARS:
        raise Refused(_("Nobody is that old. Check the year of birth."))
    person.name, person.name_pinyin = name, names.pinyin(name)
    person.name_tokens = sorted(names.tokens(name))
    person.sex, person.birth_date = facts.sex, born
    person.relation, person.presence = facts.relation, facts.presence
    person.nationality = facts.nationality


@transaction.atomic
def correct_papers(
    *, person_id: UUID, kind: str, number: str, by: User | None, at: datetime
) -> Person:
    """Write down the papers of somebody; an empty number takes them away.

    Refused where the number is wrong in itself, speaks against birth date or sex, or belongs to
    somebody else who lives here or elsewhere.
    """
    person = locking.person(person_id)
    write_papers(person, kind, number, at=at)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        raise known_already() from None
    locking.changed(person)
    return person


def known_already() -> Refused:
    """The refusal of papers that somebody else has; who that is, is not said."""
    return Refused(
        _(
            "Somebody else is written down with this number. Look for the number under Find: if "
            "it is the same person, merge the two or ask the community where they live."
        )
    )


def write_papers(person: Person, kind: str, number: str, *, at: datetime) -> None:
    """Put papers into a row that the caller saves, or refuse them."""
    if not number.strip():
        person.identity_kind, person.identity, person.identity_index = "", None, None
        return
    read = identity.read_identity(number, identity.Kind(kind), today=localdate(at))
    person.identity_kind = kind
    person.identity = secrets.encrypt(read.number, about=ABOUT)
    person.identity_index = secrets.blind_index(read.number, about=ABOUT)
    if person.birth_date is None:
        person.birth_date = read.birth_date
    if person.sex == Sex.UNKNOWN and read.sex:
        person.sex = read.sex
    _refuse_against_papers(person, at)


def _refuse_against_papers(person: Person, at: datetime) -> None:
    """Refuse a birth date or sex that a resident identity number contradicts."""
    if person.identity is None or person.identity_kind != IdentityKind.MAINLAND:
        return
    number = secrets.decrypt(bytes(person.identity), about=ABOUT)
    read = identity.read_identity(number, identity.Kind.MAINLAND, today=localdate(at))
    if person.birth_date and read.birth_date and person.birth_date != read.birth_date:
        raise Refused(
            _("The identity number says that they were born on %(day)s. Correct one of the two.")
            % {"day": read.birth_date.isoformat()}
        )
    if person.sex != Sex.UNKNOWN and person.sex != read.sex:
        raise Refused(
            _("The identity number belongs to somebody of the other sex. Correct one of the two.")
        )


@transaction.atomic
def set_reach(
    *,
    person_id: UUID,
    languages: Iterable[str],
    needs: Iterable[str],
    by: User | None,
    at: datetime,
) -> Person:
    """Write down which languages somebody speaks, best first, and what a visitor must know.

    Those that were written down before keep their order.
    """
    person = locking.person(person_id)
    spoken = list(dict.fromkeys(languages))
    known = [code for code in person.languages if code in spoken]
    person.languages = [*known, *(code for code in spoken if code not in known)]
    wanted = set(needs)
    person.needs = [need for need in Need.values if need in wanted]
    person.save(update_fields=["languages", "needs"])
    locking.changed(person)
    return person
