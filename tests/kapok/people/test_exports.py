"""Taking rows out: asked for, agreed to by a second person, written once, named in the trace."""

from datetime import timedelta

import fastexcel
import pytest
from tests import factories
from tests.factories import NOON, as_owner_of_rows

from kapok.access import exports, secrets
from kapok.access.models import Alarm, ExportRequest, Look
from kapok.access.scope import acting, of_appointment, of_watch
from kapok.access.sheets import Format
from kapok.errors import NotAllowed, Refused
from kapok.people.models import Contact

pytestmark = pytest.mark.django_db
GRID, COMMUNITY, STREET = 440103022001001, 440103022001000, 440103022000000


@pytest.fixture
def lead():
    account = factories.User(name="=陈主任")
    return factories.Appointment(
        role="community_lead", place=COMMUNITY, level="COMMUNITY", account=account
    )


@pytest.fixture
def second():
    return factories.Appointment(role="street_command", place=STREET, level="STREET")


def residents(n, **changes):
    with as_owner_of_rows():
        home = factories.Household()
        people = [factories.Person(**{"household": home} | changes) for _ in range(n)]
        factories.Person(place=440104022001001)  # in another district
        factories.Person(left_at=NOON)
    return people


def ask(lead, **changes):
    said = {
        "what": "residents",
        "place": COMMUNITY,
        "level": "COMMUNITY",
        "purpose": "household_care",
        "reason": "台风前逐户联系",
    } | changes
    with acting(of_appointment(lead, at=NOON)):
        return exports.ask(by=lead.account, at=NOON, **said)


def decide(who, request, agree=True, answer=""):
    with acting(of_appointment(who, at=NOON)):
        return exports.decide(
            request_id=request.pk, agree=agree, by=who.account, at=NOON, answer=answer
        )


def take(who, request, form=Format.CSV, at=NOON):
    with acting(of_appointment(who, at=at)):
        return exports.take(request_id=request.pk, form=form, by=who.account, at=at)


def test_fifty_rows_need_nobody_else(lead):
    residents(50)
    request = ask(lead)

    assert (request.n_rows, request.status) == (50, "APPROVED")
    lines = take(lead, request).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 52
    assert "=陈主任" in lines[0]
    assert "2026-03-02 12:00" in lines[0]


def test_fifty_one_rows_need_a_second_person(lead, second):
    residents(51)
    request = ask(lead)
    assert request.status == "ASKED"
    with pytest.raises(Refused, match="Nobody has agreed"):
        take(lead, request)

    decide(second, request)

    assert take(lead, request).content


def test_files_of_few_rows_that_are_many_together_need_a_second_person(lead, second):
    residents(30)
    take(lead, ask(lead))

    request = ask(lead)

    assert request.status == "ASKED"
    with pytest.raises(Refused, match="Nobody has agreed"):
        take(lead, request)
    decide(second, request)
    assert take(lead, request).content
    with acting(of_appointment(lead, at=NOON + timedelta(hours=25))):
        later = {"what": "residents", "place": COMMUNITY, "level": "COMMUNITY"}
        asked = exports.ask(
            **later,
            purpose="household_care",
            reason="台风前逐户联系",
            by=lead.account,
            at=NOON + timedelta(hours=25),
        )
    assert asked.status == "APPROVED"


def test_nobody_agrees_to_their_own_request(second):
    residents(51)
    request = ask(second)
    with pytest.raises(NotAllowed, match="a second person must agree"):
        decide(second, request)


def test_a_second_person_elsewhere_or_without_the_right_cannot_agree(lead):
    residents(51)
    request = ask(lead)
    elsewhere = factories.Appointment(role="street_command", place=440104022000000, level="STREET")
    worker = factories.Appointment(role="grid_worker", place=GRID)
    for who in (elsewhere, worker):
        with pytest.raises((NotAllowed, ExportRequest.DoesNotExist)):
            decide(who, request)


def test_a_refusal_needs_a_reason_and_is_final(lead, second):
    residents(51)
    request = ask(lead)
    with pytest.raises(Refused, match="Write why"):
        decide(second, request, agree=False)
    decide(second, request, agree=False, answer="too many")
    with pytest.raises(Refused, match="decided already"):
        decide(second, request)
    with pytest.raises(Refused, match="Nobody has agreed"):
        take(lead, request)


def test_the_file_is_written_once_and_for_who_asked(lead):
    residents(3)
    request = ask(lead)
    other = factories.Appointment(role="community_lead", place=COMMUNITY, level="COMMUNITY")
    with pytest.raises((NotAllowed, ExportRequest.DoesNotExist)):
        take(other, request)
    take(lead, request)
    with pytest.raises(Refused, match="taken already"):
        take(lead, request)


def test_the_trace_names_everybody_in_the_file_and_an_alarm_is_raised(lead):
    people = residents(3)
    take(lead, ask(lead))

    with acting(of_watch(at=NOON)):
        entry = Look.objects.get(action="EXPORT")
        alarm = Alarm.objects.get()
    assert set(entry.subjects) == {person.pk for person in people}
    assert (entry.account, entry.purpose) == (lead.account_id, "household_care")
    assert (alarm.kind, alarm.account, alarm.n) == ("EXPORT", lead.account_id, 1)


def test_more_people_than_were_agreed_to_are_not_given(lead, second):
    residents(51)
    request = ask(lead)
    decide(second, request)
    residents(1)
    with pytest.raises(Refused, match="52 rows now and 51 were asked for"):
        take(lead, request)


def test_an_agreement_runs_out(lead):
    residents(3)
    with pytest.raises(Refused, match="run out"):
        take(lead, ask(lead), at=NOON + timedelta(days=7))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"reason": " "}, "Write what the file is for"),
        ({"purpose": "nonsense"}, "Choose a purpose"),
        ({"purpose": "social_assistance"}, "Choose a purpose"),
        ({"what": "secrets"}, "no such list"),
        ({"place": 440103022001009, "level": "GRID"}, "nothing to take out"),
    ],
)
def test_a_request_that_cannot_be_is_refused(lead, change, refusal):
    residents(1)
    with pytest.raises(Refused, match=refusal):
        ask(lead, **change)


def test_an_area_beyond_ones_own_is_refused(lead):
    with pytest.raises(NotAllowed):
        ask(lead, place=STREET, level="STREET")
    with pytest.raises(NotAllowed):
        ask(lead, place=440104022001000)


def test_who_may_not_ask_is_refused():
    worker = factories.Appointment(role="grid_worker", place=GRID)
    with pytest.raises(NotAllowed):
        ask(worker, place=GRID, level="GRID")


EVIL = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "\u3000=1", "＝1", "|x"]


@pytest.mark.parametrize("name", EVIL)
@pytest.mark.parametrize("form", list(Format))
def test_a_name_that_looks_like_a_formula_is_shown_as_text(lead, name, form):
    residents(1, name=name)
    content = take(lead, ask(lead), form=form).content

    if form is Format.CSV:
        assert f"'{name}" in content.decode("utf-8-sig")
    else:
        sheet = fastexcel.read_excel(content).load_sheet(0, header_row=None)
        cells = [str(cell).strip() for row in sheet.to_polars().rows() for cell in row]
        assert name.strip() in cells


def test_telephones_are_in_the_file_as_they_are(lead):
    [person] = residents(1)
    phone = secrets.encrypt("+8613800138000", about="phone")
    with as_owner_of_rows():
        Contact.objects.create(
            person=person, place=person.place, value=phone, value_index=b"1", tail_index=b"1"
        )
    text = take(lead, ask(lead)).content.decode("utf-8-sig")
    assert ",+8613800138000," in text
