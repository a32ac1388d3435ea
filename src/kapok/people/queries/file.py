"""The file of one person: what Kapok holds of them, as far as the purpose needs it."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.utils.timezone import localdate

from kapok.access import scope, secrets
from kapok.access.models import Look
from kapok.access.purposes import PURPOSES
from kapok.access.roles import Permission, Realm
from kapok.access.trace import look
from kapok.people.models import (
    Consent,
    Contact,
    Dwelling,
    Guardian,
    Household,
    Merge,
    Need,
    Person,
    RegisterEntry,
    Residence,
)
from kapok.people.queries.cards import (
    ConsentLine,
    GuardianLine,
    MergeLine,
    PersonFile,
    PhoneLine,
    RegisterLine,
    StayLine,
)
from kapok.people.shown import Shown, age
from kapok.people.talk import language_name
from kapok.places.models import Area

UNDOABLE = timedelta(days=30)  # operations.merge says the same to the second
NOBODY = UUID(int=0)
CHILD_UNDER = 14  # years; PIPL 28 and 31 protect their data as sensitive


def person_file(
    person_id: UUID, shown: Shown, *, today: date, action: Look.Action = Look.Action.OPEN
) -> PersonFile | None:
    """The file, written into the trace; ``None`` where there is nobody for who acts now."""
    person = (
        Person.objects.filter(pk=person_id)
        .select_related("household", "household__dwelling", "household__dwelling__building")
        .first()
    )
    if person is None:
        return None
    look(action, [person.pk], place=person.place)
    return _file(person, shown, today)


def files(people: Iterable[Person], shown: Shown, *, today: date) -> tuple[PersonFile, ...]:
    """The files of some people that the caller has read and written into the trace."""
    return tuple(_file(person, shown, today) for person in people)


def _file(person: Person, shown: Shown, today: date) -> PersonFile:
    household: Household | None = person.household if person.household_id else None
    dwelling: Dwelling | None = household.dwelling if household else None
    shows_papers = shown.needs("person.identity")
    shows_care = can_see_care(shown)
    years = age(person.birth_date, today)
    return PersonFile(
        id=person.pk,
        place=person.place,
        place_name=place_name(person.place),
        household_id=person.household_id,
        name=shown.name(person.name),
        name_pinyin=person.name_pinyin if shown.revealed else "",
        sex=person.get_sex_display(),
        birth=shown.birth(person.birth_date),
        age=years,
        is_child=years is not None and years < CHILD_UNDER,
        relation=person.get_relation_display(),
        presence=person.get_presence_display(),
        nationality=person.nationality if shows_papers else "",
        identity_kind=person.get_identity_kind_display() if shows_papers else "",
        identity=_identity(person, shown) if shows_papers else "",
        building=str(dwelling.building) if dwelling else "",
        room=shown.room(dwelling.room) if dwelling else "",
        languages=tuple(language_name(code) for code in person.languages),
        needs=tuple(str(Need(need).label) for need in person.needs),
        is_made_up=person.is_made_up,
        left_on=localdate(person.left_at) if person.left_at else None,
        merged_into=person.merged_into_id,
        revealed=shown.revealed,
        shows_papers=shows_papers,
        shows_care=shows_care,
        phones=phone_lines(person.pk, shown),
        stays=_stays(person.pk, shown),
        guardians=_guardians(person.pk, shown) if shows_care else (),
        registers=register_lines(person.pk, shown, today) if shows_care else (),
        consents=consent_lines(person.pk),
        merges=_merges(person.pk, today),
    )


def can_see_care(shown: Shown) -> bool:
    """Whether registers and guardians are for who acts now: by role, realm and purpose."""
    who = scope.current()
    return (
        who.can(Permission.REGISTER_VIEW)
        and Realm.CARE in who.realms
        and shown.needs("registerentry.kind")
    )


def place_name(place: int) -> str:
    """The name of an area, or its code."""
    area = Area.objects.filter(code=place).first()
    return area.name if area else str(place)


def _identity(person: Person, shown: Shown) -> str:
    if person.identity is None:
        return ""
    return shown.identity(secrets.decrypt(bytes(person.identity), about="identity"))


def phone_lines(person_id: UUID, shown: Shown) -> tuple[PhoneLine, ...]:
    """How somebody is reached."""
    return tuple(
        PhoneLine(
            id=each.pk,
            kind=each.get_kind_display(),
            number=shown.phone(secrets.decrypt(bytes(each.value), about="phone")),
            whose=shown.words(each.whose),
        )
        for each in Contact.objects.filter(person=person_id).order_by("id")
    )


def _stays(person_id: UUID, shown: Shown) -> tuple[StayLine, ...]:
    rows = Residence.objects.filter(person=person_id).select_related("dwelling__building")
    return tuple(
        StayLine(
            building=str(each.dwelling.building),
            room=shown.room(each.dwelling.room),
            presence=each.get_presence_display(),
            began_on=each.began_on,
            ended_on=each.ended_on,
        )
        for each in rows
    )


def _guardians(person_id: UUID, shown: Shown) -> tuple[GuardianLine, ...]:
    rows = Guardian.objects.filter(person=person_id).order_by("ended_on", "began_on")
    known = dict(
        Person.objects.filter(
            pk__in=[row.guardian_id for row in rows if row.guardian_id]
        ).values_list("pk", "name")
    )
    return tuple(
        GuardianLine(
            id=each.pk,
            person_id=each.guardian_id if each.guardian_id in known else None,
            name=shown.name(known.get(each.guardian_id or NOBODY, each.name)),
            relation=each.relation,
            began_on=each.began_on,
            ended_on=each.ended_on,
        )
        for each in rows
    )


def register_lines(person_id: UUID, shown: Shown, today: date) -> tuple[RegisterLine, ...]:
    """The registers that somebody is or was on, those in force first, highest tier first."""
    rows = RegisterEntry.objects.filter(person=person_id)
    ordered = sorted(rows, key=lambda row: (row.ended_on is not None, row.tier, row.kind))
    return tuple(
        RegisterLine(
            id=each.pk,
            kind=each.get_kind_display(),
            kind_code=each.kind,
            tier=each.get_tier_display(),
            tier_code=each.tier,
            note=shown.words(each.note),
            review_on=each.review_on,
            is_due=each.ended_on is None and each.review_on <= today,
            began_on=each.began_on,
            ended_on=each.ended_on,
        )
        for each in ordered
    )


def consent_lines(person_id: UUID) -> tuple[ConsentLine, ...]:
    """What somebody agreed to, latest first."""
    return tuple(
        ConsentLine(
            id=each.pk,
            purpose=str(PURPOSES[each.purpose].label if each.purpose in PURPOSES else each.purpose),
            how=each.how,
            text_version=each.text_version,
            given_on=localdate(each.given_at),
            withdrawn_on=localdate(each.withdrawn_at) if each.withdrawn_at else None,
        )
        for each in Consent.objects.filter(person=person_id)
    )


def _merges(person_id: UUID, today: date) -> tuple[MergeLine, ...]:
    rows = Merge.objects.filter(kept=person_id, undone_at=None)
    return tuple(
        MergeLine(
            each.pk,
            localdate(each.at),
            each.before is not None and today - localdate(each.at) < UNDOABLE,
        )
        for each in rows
    )
