"""Laws of scope: search, visible rows, operations and pages say the same of random appointments."""

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON

from kapok.access.models import Emergency
from kapok.access.purposes import of_role
from kapok.access.roles import ROLES, Permission
from kapok.access.scope import acting, of_appointment
from kapok.errors import NotAllowed
from kapok.people import operations, wanted
from kapok.people.models import Person
from kapok.people.operations import Facts
from kapok.people.queries.find import find
from kapok.people.shown import for_acting

pytestmark = pytest.mark.django_db
GRIDS = [440103022001001, 440103022001002, 440103022002001, 440103023001001, 440305001001001]
AREAS = [
    440000000000000, 440100000000000, 440103000000000, 440103022000000, 440103022001000,
    440305001001000, *GRIDS,
]  # fmt: skip
NAME, TAIL = "陈小明", "8000"
LAWS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def people():
    """One person of the same name and end of telephone in each of five grids."""
    Emergency.objects.create(
        name="疫情",
        place=AREAS[0],
        level="PROVINCE",
        order="1号令",
        starts_at=NOON,
        declared_by=factories.User(),
    )
    with factories.as_owner_of_rows():
        made = [factories.Person(name=NAME, place=place) for place in GRIDS]
        for n, person in enumerate(made):
            factories.Contact(person=person, number=f"+8613{n}00008000")
    return made


@given(role=st.sampled_from(sorted(ROLES)), place=st.sampled_from(AREAS), data=st.data())
@LAWS
def test_search_rows_and_operations_agree(people, role, place, data):
    purposes = ["", *of_role(role)]
    purpose = data.draw(st.sampled_from(purposes))
    appointment = factories.Appointment(role=role, place=place)
    who = of_appointment(appointment, at=NOON, purpose=purpose)
    may_view = Permission.PERSON_VIEW in ROLES[role].grants and purpose
    [(low, high)] = who.ranges
    expected = {each.pk for each in people if low <= each.place < high} if may_view else set()

    with acting(who):
        shown = for_acting(who)
        for text in (NAME, "chenxiaoming", "cxm", TAIL):
            found = find(wanted.read(text), shown, today=NOON.date()).found
            assert {each.id for each in found} == expected
        assert set(Person.objects.values_list("pk", flat=True)) == expected
        for person in people:
            may_edit = Permission.PERSON_EDIT in ROLES[role].grants and person.pk in expected
            assert changes(person, appointment) is may_edit


def changes(person, appointment):
    try:
        operations.correct_facts(
            person_id=person.pk, facts=Facts(NAME), by=appointment.account, at=NOON
        )
    except (Http404, NotAllowed):
        return False
    return True


@given(role=st.sampled_from(sorted(ROLES)), place=st.sampled_from(AREAS))
@settings(LAWS, max_examples=15)
def test_the_pages_agree_with_the_rows(people, role, place):
    purpose = next(iter(of_role(role)), "household_care")
    appointment = factories.Appointment(role=role, place=place)
    [(low, high)] = appointment.ranges
    page = Client()
    page.force_login(appointment.account)
    session = page.session
    session["purpose"] = purpose
    session.save()
    may_view = Permission.PERSON_VIEW in ROLES[role].grants
    may_edit = Permission.PERSON_EDIT in ROLES[role].grants
    for person in people:
        inside = low <= person.place < high
        seen = page.get(reverse("person", args=[person.pk])).status_code
        assert seen == ((200 if inside else 404) if may_view else 403)
        if may_view:
            change = page.get(reverse("person-change", args=[person.pk, "reach"])).status_code
            assert change == ((200 if inside else 404) if may_edit else 403)
