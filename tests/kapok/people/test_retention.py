"""What falls due goes, with its history and with proof; what is still needed stays."""

from datetime import date, timedelta

import pytest
from django.db import connection
from tests import factories
from tests.factories import NOON, as_owner_of_rows

from kapok.access import emergencies, retention
from kapok.access.installing import ours
from kapok.access.models import Certificate, Emergency, Look
from kapok.access.scope import acting, of_appointment, of_deletion
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.people.models import (
    Consent,
    Contact,
    Household,
    ListRow,
    Merge,
    Person,
    PersonList,
    RightsRequest,
)
from kapok.people.operations import deletion

DAY = timedelta(days=1)
GRID, DISTRICT = 440103022001001, 440103000000000
SECRET = "陈小明不要留"


@pytest.fixture
def rows(db):
    """Rows about people are written and counted wherever they are."""
    with as_owner_of_rows():
        yield


def contact(person, tail=b"t"):
    return Contact.objects.create(
        person=person, place=person.place, value=b"v", value_index=tail, tail_index=tail
    )


def a_list(title="到穗人员", emergency=None, purpose="epidemic_check", expires_at=NOON + 30 * DAY):
    return PersonList.objects.create(
        title=title,
        place=DISTRICT,
        owner="区疾控",
        purpose=purpose,
        legal_basis="传染病防治法 12",
        reason="排查",
        emergency=emergency,
        expires_at=expires_at,
        file_name="a.xlsx",
        file_sha256=title,
        brought_by=factories.User(),
        brought_as=uuid7(),
        brought_at=NOON - 300 * DAY,
    )


def a_row(of, number, person=None):
    return ListRow.objects.create(
        person_list=of, place=GRID, number=number, values=b"x", status="KNOWN", person=person
    )


def people_left():
    return set(Person.objects.values_list("pk", flat=True))


def everywhere(text):
    """The tables that hold a text anywhere, whoever may see it."""
    found = []
    with acting(of_deletion(at=NOON)), connection.cursor() as cursor:
        for model in ours():
            table = model._meta.db_table
            cursor.execute(
                f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{text}%"]
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_who_left_ninety_days_ago_is_deleted_and_who_left_later_is_not(rows):
    gone = factories.Person(left_at=NOON - 91 * DAY)
    factories.Person(left_at=NOON - 89 * DAY)
    factories.Person()

    retention.delete_due(at=NOON)

    assert gone.pk not in people_left()
    assert len(people_left()) == 2
    [certificate] = Certificate.objects.all()
    assert certificate.subjects == [gone.pk]
    assert certificate.subjects_sha256 == retention.fingerprint([gone.pk])
    assert certificate.purpose == "household_care"
    entry = Look.objects.get(action="DELETE")
    assert entry.subjects == [gone.pk]


def test_doing_it_again_changes_nothing(rows):
    factories.Person(left_at=NOON - 91 * DAY)

    assert retention.delete_due(at=NOON) > 0
    assert retention.delete_due(at=NOON) == 0
    assert Certificate.objects.count() == 1


def test_who_waits_for_an_answer_is_kept_until_it_is_given(rows):
    gone = factories.Person(left_at=NOON - 91 * DAY)
    asked = RightsRequest.objects.create(
        person=gone, place=GRID, kind="COPY", asked_at=NOON, answer_by=date(2026, 3, 17)
    )
    retention.delete_due(at=NOON)
    assert gone.pk in people_left()

    RightsRequest.objects.filter(pk=asked.pk).update(status="GRANTED", answered_at=NOON)
    retention.delete_due(at=NOON)
    assert gone.pk not in people_left()


def test_deleting_somebody_takes_every_trace_of_their_values_along(rows):
    person = factories.Person(name=SECRET)
    contact(person)
    factories.RegisterEntry(person=person, note=SECRET)
    household = person.household
    Household.objects.filter(pk=household.pk).update(note=SECRET)
    Person.objects.filter(pk=person.pk).update(name=SECRET + "2")  # histories keep the former one
    Person.objects.filter(pk=person.pk).update(place=440104022001001)  # moved to another district
    Contact.objects.filter(person=person).update(whose=SECRET)
    Contact.objects.filter(person=person).delete()
    merged = factories.Person(name=SECRET, household=None, left_at=NOON, merged_into=person)
    Merge.objects.create(place=GRID, kept=person, lost=merged, before=b"x", at=NOON)
    a_row(a_list(), 1, person=person)
    assert "people_personevent" in everywhere(SECRET)
    assert "people_contactevent" in everywhere(str(person.pk))

    with acting(of_deletion(at=NOON)):
        keys, n_rows = deletion.delete_people([person.pk])

    assert set(keys) == {person.pk, merged.pk}
    assert n_rows > 8
    assert everywhere(SECRET) == []
    assert everywhere(str(person.pk)) == []
    assert everywhere(str(household.pk)) == []
    assert PersonList.objects.count() == 1


def test_a_household_stays_for_those_who_still_live_in_it(rows):
    stays = factories.Person()
    goes = factories.Person(household=stays.household)
    Household.objects.filter(pk=stays.household_id).update(note="有狗")
    Person.objects.filter(pk=stays.pk).update(name="新名字")

    with acting(of_deletion(at=NOON)):
        deletion.delete_people([goes.pk])

    assert people_left() == {stays.pk}
    assert Household.objects.get().note == "有狗"
    assert "people_personevent" in everywhere(str(stays.pk))  # the history of who stays


def test_what_undoing_a_merge_needs_goes_after_thirty_days(rows):
    kept, lost = factories.Person(), factories.Person()
    at = {"place": GRID, "kept": kept, "lost": lost, "before": b"x"}
    old = Merge.objects.create(at=NOON - 31 * DAY, **at)
    new = Merge.objects.create(at=NOON - 29 * DAY, **at)

    retention.delete_due(at=NOON)

    assert Merge.objects.get(pk=old.pk).before is None
    assert Merge.objects.get(pk=new.pk).before == b"x"
    assert Certificate.objects.get(subjects=[old.pk]).what == "people.Merge.before"


def test_a_list_goes_at_its_end_in_batches_and_people_known_from_it_alone_go_too(rows):
    ended = a_list(expires_at=NOON - DAY)
    only = [factories.Person(source=f"list:{ended.pk}", household=None) for _ in range(3)]
    cared_for = factories.Person(source=f"list:{ended.pk}", household=None)
    factories.RegisterEntry(person=cared_for)
    for number, person in enumerate([*only, cared_for]):
        a_row(ended, number, person=person)
    going_on = a_list("又一份")
    a_row(going_on, 1)

    retention.delete_due(at=NOON, batch=2)

    assert people_left() == {cared_for.pk}
    assert list(PersonList.objects.all()) == [going_on]
    assert ListRow.objects.count() == 1
    named = [c.subjects for c in Certificate.objects.filter(what="people.Person")]
    assert sorted(key for keys in named for key in keys) == sorted(p.pk for p in only)


def test_a_list_of_a_register_goes_and_the_people_it_brought_stay(rows):
    ended = a_list(purpose="register_upkeep", expires_at=NOON - DAY)
    person = factories.Person(source=f"list:{ended.pk}")
    a_row(ended, 1, person=person)

    retention.delete_due(at=NOON)

    assert PersonList.objects.count() == 0
    assert people_left() == {person.pk}


def test_consents_and_histories_go_after_three_years(rows):
    person = factories.Person()
    given = {"person": person, "place": GRID, "text_version": "1", "how": "signed on paper"}
    Consent.objects.create(purpose="a", given_at=NOON, withdrawn_at=NOON - 1096 * DAY, **given)
    Consent.objects.create(purpose="b", given_at=NOON, **given)
    Person.objects.filter(pk=person.pk).update(name="新名字")

    retention.delete_due(at=NOON)
    assert [consent.purpose for consent in Consent.objects.all()] == ["b"]
    assert "people_personevent" in everywhere(str(person.pk))

    later = NOON + 4 * 365 * DAY
    retention.delete_due(at=later)
    assert "people_personevent" not in everywhere(str(person.pk))


def test_due_is_counted_for_now_and_for_the_week_and_shows_no_rows(rows):
    factories.Person(left_at=NOON - 91 * DAY)
    factories.Person(left_at=NOON - 86 * DAY)

    [left] = [due for due in retention.due(at=NOON) if due.rule.code == "left"]

    assert (left.n_now, left.n_this_week) == (1, 2)
    [elsewhere] = [
        due
        for due in retention.due(at=NOON, ranges=((450000000000000, 460000000000000),))
        if due.rule.code == "left"
    ]
    assert (elsewhere.n_now, elsewhere.n_this_week) == (0, 0)


def officer(place=DISTRICT, level="DISTRICT", role="data_protection_officer"):
    appointment = factories.Appointment(role=role, place=place, level=level)
    return appointment.account, of_appointment(appointment, at=NOON)


def test_an_officer_deletes_somebody_with_a_reason_and_gets_a_certificate(rows):
    person = factories.Person()
    by, who = officer()

    with acting(who):
        with pytest.raises(Refused, match="Write why"):
            deletion.delete_person(person_id=person.pk, by=by, at=NOON, why=" ")
        certificate = deletion.delete_person(
            person_id=person.pk, by=by, at=NOON, why="consent withdrawn"
        )
        with pytest.raises(Refused, match="deleted already"):
            deletion.delete_person(person_id=person.pk, by=by, at=NOON, why="again")

    assert people_left() == set()
    assert certificate.decided_by == by
    assert Look.objects.get(action="DELETE").account == by.pk


def test_an_officer_of_another_district_and_a_lead_cannot_delete(rows):
    person = factories.Person()
    by, who = officer(place=440104000000000)
    with acting(who), pytest.raises(Refused, match="in your places"):
        deletion.delete_person(person_id=person.pk, by=by, at=NOON, why="x")
    by, who = officer(role="community_lead", place=440103022001000, level="COMMUNITY")
    with acting(who), pytest.raises(NotAllowed):
        deletion.delete_person(person_id=person.pk, by=by, at=NOON, why="x")

    assert people_left() == {person.pk}


def test_restoring_a_backup_deletes_again_whom_it_brought_back(rows):
    gone = factories.Person(left_at=NOON - 91 * DAY)
    retention.delete_due(at=NOON)
    factories.Person(pk=gone.pk, name="回来了")

    assert deletion.delete_again(at=NOON) == 1
    assert people_left() == set()
    assert deletion.delete_again(at=NOON) == 0


@pytest.fixture
def emergency(rows):
    """An outbreak in the district with a list of its own, and a list that is not of it."""
    outbreak = Emergency.objects.create(
        name="疫情", place=DISTRICT, level="DISTRICT", order="1号令", starts_at=NOON - 30 * DAY,
        declared_by=factories.User(),
    )  # fmt: skip
    arrivals = a_list(emergency=outbreak)
    stranger = factories.Person(source=f"list:{arrivals.pk}", household=None)
    neighbour = factories.Person()
    for number, person in enumerate([stranger, neighbour]):
        a_row(arrivals, number, person=person)
    other = a_list("低保", purpose="register_upkeep")
    return outbreak, stranger, neighbour, other


def test_ending_an_emergency_takes_two_people_and_deletes_what_only_it_justified(emergency):
    outbreak, _stranger, neighbour, other = emergency
    first, second = officer(role="district_command"), officer()
    counts = emergencies.ending(outbreak, at=NOON).counts
    assert [n for _label, n in counts] == [1, 2, 1]

    with acting(first[1]):
        with pytest.raises(Refused, match="Nobody has proposed"):
            emergencies.end(emergency_id=outbreak.pk, by=first[0], at=NOON)
        emergencies.ask_end(emergency_id=outbreak.pk, by=first[0], at=NOON)
        with pytest.raises(NotAllowed, match="second person"):
            emergencies.end(emergency_id=outbreak.pk, by=first[0], at=NOON)
    assert retention.delete_due(at=NOON, hanging_on_emergency=True) == 0

    with acting(second[1]):
        emergencies.end(emergency_id=outbreak.pk, by=second[0], at=NOON)
    assert retention.delete_due(at=NOON, hanging_on_emergency=True) > 0

    assert people_left() == {neighbour.pk}
    assert list(PersonList.objects.all()) == [other]
    kinds = {(c.what, c.emergency_id) for c in Certificate.objects.all()}
    assert kinds == {
        (what, outbreak.pk) for what in ("people.Person", "people.ListRow", "people.PersonList")
    }
    assert retention.delete_due(at=NOON, hanging_on_emergency=True) == 0


def test_the_purpose_of_an_emergency_stops_with_its_end(emergency):
    outbreak = emergency[0]
    health = factories.Appointment(role="health_authority", place=DISTRICT, level="DISTRICT")
    of_appointment(health, at=NOON, purpose="epidemic_check")

    Emergency.objects.filter(pk=outbreak.pk).update(
        end_asked_by=factories.User(), ended_by=factories.User(), ends_at=NOON
    )

    with pytest.raises(NotAllowed, match="has ended"):
        of_appointment(health, at=NOON, purpose="epidemic_check")


def test_the_purpose_of_an_emergency_needs_one_that_is_declared_there(emergency):
    elsewhere = factories.Appointment(
        role="health_authority", place=440305000000000, level="DISTRICT"
    )
    with pytest.raises(NotAllowed, match="Only a declared emergency"):
        of_appointment(elsewhere, at=NOON, purpose="epidemic_check")


def test_an_emergency_larger_than_ones_place_is_for_others(emergency):
    by, who = officer(role="street_command", place=440103022000000, level="STREET")
    with acting(who), pytest.raises(NotAllowed, match=r"larger than yours|may not do this"):
        emergencies.ask_end(emergency_id=emergency[0].pk, by=by, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_a_kill_in_the_middle_leaves_whole_batches_with_their_certificates(monkeypatch):
    with as_owner_of_rows():
        everybody = [factories.Person(left_at=NOON - 91 * DAY).pk for _ in range(7)]
    certify, n = retention.certify, 0

    def killed(*args, **kwargs):
        nonlocal n
        n += 1
        if n == 3:
            raise KeyboardInterrupt
        return certify(*args, **kwargs)

    monkeypatch.setattr(retention, "certify", killed)
    with pytest.raises(KeyboardInterrupt):
        retention.delete_due(at=NOON, batch=2)

    def state():
        with as_owner_of_rows():
            return people_left(), {key for c in Certificate.objects.all() for key in c.subjects}

    left, proven = state()
    assert len(left) == 3
    assert left | proven == set(everybody)
    assert left & proven == set()

    retention.delete_due(at=NOON, batch=2)
    assert state() == (set(), set(everybody))
