"""How long what concerns people is kept: the rules, and what falls due by them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.chain import KEPT as THREE_YEARS
from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.people.models import (
    Consent,
    Guardian,
    Household,
    ListRow,
    Merge,
    Person,
    PersonList,
    RegisterEntry,
    RightsRequest,
)
from kapok.people.operations.deletion import WHAT, delete_people, forget, histories

UNDOING = timedelta(days=30)  # how long a merge can be undone
CARE, HOUSEHOLD = PURPOSES["difficulty_care"].retention, PURPOSES["household_care"].retention
EPIDEMIC = [code for code, purpose in PURPOSES.items() if purpose.hangs_on_emergency]


def people_who_left(at: datetime) -> QuerySet[Person]:
    """Who left long enough ago, and waits for no answer."""
    waiting = RightsRequest.objects.filter(person=OuterRef("pk"), status=RightsRequest.Status.ASKED)
    return Person.objects.filter(~Exists(waiting), left_at__lt=at - HOUSEHOLD)


def expired_lists(at: datetime) -> QuerySet[PersonList]:
    """Lists whose day has come."""
    return PersonList.objects.filter(expires_at__lte=at)


def lists_of_ended_emergencies(at: datetime) -> QuerySet[PersonList]:
    """Lists that only an emergency justified which has ended."""
    return PersonList.objects.filter(emergency__ends_at__lte=at)


def lists_of(emergency: UUID) -> QuerySet[PersonList]:
    """Lists that an emergency justifies."""
    return PersonList.objects.filter(emergency=emergency)


def people_only_from(lists: QuerySet[PersonList]) -> QuerySet[Person]:
    """Who came with one of the lists and is not known otherwise.

    Known otherwise is who is on a register, gave a consent, answers for somebody or is answered
    for, asked for something, or stands on a list that has not ended with these.
    """
    keys = [f"list:{key}" for key in lists.values_list("pk", flat=True)]
    me = OuterRef("pk")
    known = (
        Exists(RegisterEntry.objects.filter(person=me, ended_on=None))
        | Exists(Consent.objects.filter(person=me, withdrawn_at=None))
        | Exists(RightsRequest.objects.filter(person=me, status=RightsRequest.Status.ASKED))
        | Exists(Guardian.objects.filter(Q(person=me) | Q(guardian=me), ended_on=None))
        | Exists(ListRow.objects.filter(person=me).exclude(person_list__in=lists))
    )
    return Person.objects.filter(~known, source__in=keys)


def _delete_left(at: datetime, at_most: int) -> Deleted | None:
    keys = _first(people_who_left(at), at_most)
    if not keys:
        return None
    return Deleted(*delete_people(keys), _("They left Kapok's places more than 90 days ago."))


def _close_merges(at: datetime, at_most: int) -> Deleted | None:
    keys = _first(_merges(at), at_most)
    if not keys:
        return None
    Merge.objects.filter(pk__in=keys).update(before=None)
    why = _("A merge can be undone for 30 days.")
    return Deleted(tuple(keys), len(keys), why, what="people.Merge.before")


def _merges(at: datetime) -> QuerySet[Merge]:
    return Merge.objects.filter(before__isnull=False, at__lt=at - UNDOING)


def _delete_expired_list(at: datetime, at_most: int) -> Deleted | None:
    """Rows of the first list that has expired; with the last of them the list itself."""
    which = expired_lists(at)
    only = people_only_from(which.filter(purpose__in=EPIDEMIC))
    return _delete_of_list(which, only, at_most, _("The list had an end, which has come."))


def _delete_after_emergency(at: datetime, at_most: int) -> Deleted | None:
    which = lists_of_ended_emergencies(at)
    why = _("The emergency that alone justified it has ended.")
    return _delete_of_list(which, people_only_from(which), at_most, why)


def _delete_of_list(
    which: QuerySet[PersonList], only: QuerySet[Person], at_most: int, why: str
) -> Deleted | None:
    """First the people who came with a list alone, then its rows, then the list."""
    first = which.order_by("pk").first()
    if first is None:
        return None
    emergency = first.emergency_id if first.emergency and first.emergency.ends_at else None
    people = _first(only.filter(source=f"list:{first.pk}"), at_most)
    if people:
        return Deleted(*delete_people(people), why, emergency, WHAT)
    rows = _first(first.rows.all(), at_most)
    if rows:
        n = ListRow.objects.filter(pk__in=rows).delete()[0]
        return Deleted(tuple(rows), n, why, emergency, ListRow._meta.label)
    first.delete()
    return Deleted((first.pk,), 1, why, emergency)


def _preview(emergency: UUID) -> list[tuple[Promise, int]]:
    lists = lists_of(emergency)
    return [
        (gettext_lazy("Lists"), lists.count()),
        (gettext_lazy("Rows of lists"), ListRow.objects.filter(person_list__in=lists).count()),
        (gettext_lazy("People known from these lists alone"), people_only_from(lists).count()),
    ]


def _ended(
    code: str, label: Promise, model: Any, kept: timedelta, purpose: str, **when: Any
) -> Rule:
    """A rule for rows about somebody that goes with the rows' own history."""
    [(moment, extra)] = when.items()

    def of(at: datetime) -> Any:
        return model.objects.filter(extra, **{f"{moment}__lt": at - kept})

    def delete(at: datetime, at_most: int) -> Deleted | None:
        keys = _first(of(at), at_most)
        if not keys:
            return None
        n = model.objects.filter(pk__in=keys).delete()[0] + forget(model, keys)
        return Deleted(tuple(keys), n, _("Kept for as long as its purpose needs it."))

    return Rule(code, label, model._meta.label, purpose, kept, lambda at: of(at).count(), delete)


def _count_histories(at: datetime) -> int:
    return sum(_old(history, at).count() for history in histories())


def _delete_histories(at: datetime, at_most: int) -> Deleted | None:
    for history in histories():
        keys = _first(_old(history, at), at_most)
        if keys:
            history.objects.filter(pk__in=keys).delete()
            why = _("Former rows (%(model)s) of more than three years ago.")
            return Deleted((), len(keys), why % {"model": history._meta.label})
    return None


def _old(history: Any, at: datetime) -> Any:
    return history.objects.filter(pgh_created_at__lt=at - THREE_YEARS)


def _first(rows: Any, at_most: int) -> list[Any]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:at_most])


RULES = [
    Rule(
        "emergency",
        gettext_lazy("Lists of an emergency and who is known from them alone, after its end"),
        "people.PersonList",
        "epidemic_check",
        timedelta(0),
        lambda at: lists_of_ended_emergencies(at).count(),
        _delete_after_emergency,
        hangs_on_emergency=True,
        preview=_preview,
    ),
    Rule(
        "lists",
        gettext_lazy("Lists and their rows, after the end that they were brought with"),
        "people.PersonList",
        "register_upkeep",
        timedelta(0),
        lambda at: expired_lists(at).count(),
        _delete_expired_list,
    ),
    Rule(
        "left",
        gettext_lazy("People, after they moved away or died"),
        "people.Person",
        "household_care",
        HOUSEHOLD,
        lambda at: people_who_left(at).count(),
        _delete_left,
    ),
    Rule(
        "merges",
        gettext_lazy("What undoing a merge needs, after the merge"),
        "people.Merge",
        "register_upkeep",
        UNDOING,
        lambda at: _merges(at).count(),
        _close_merges,
    ),
    _ended(
        "registers", gettext_lazy("Entries of care registers, after they ended"),
        RegisterEntry,
        CARE,
        "difficulty_care", ended_on=Q(),
    ),
    _ended(
        "guardians", gettext_lazy("Guardians, after they ended"), Guardian, CARE, "difficulty_care",
        ended_on=Q(),
    ),
    _ended(
        "households", gettext_lazy("Households, after everybody left"), Household, HOUSEHOLD,
        "household_care", ended_at=Q(people=None),
    ),
    _ended(
        "consents",
        gettext_lazy("Consents, after they were withdrawn"),
        Consent,
        THREE_YEARS,
        "own_data",
        withdrawn_at=Q(),
    ),
    _ended(
        "requests",
        gettext_lazy("Requests of residents, after their answer"),
        RightsRequest,
        THREE_YEARS,
        "rights_request", answered_at=Q(),
    ),
    Rule(
        "histories",
        gettext_lazy("Former rows, after they were changed"),
        "pghistory",
        "register_upkeep",
        THREE_YEARS,
        _count_histories,
        _delete_histories,
    ),
]  # fmt: skip
