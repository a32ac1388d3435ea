"""The pages of who watches, without JavaScript, as each of those who meet there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories
from tests.factories import as_owner_of_rows

from kapok.access import alarms, chain
from kapok.access.models import Alarm, Certificate, Emergency, ExportRequest, Look
from kapok.access.scope import acting, of_appointment, of_watch
from kapok.access.trace import look
from kapok.ids import uuid7

GRID, COMMUNITY, STREET, DISTRICT = (
    440103022001001,
    440103022001000,
    440103022000000,
    440103000000000,
)


def browser(role, place, **changes):
    """A browser of somebody in a role, in English."""
    account = factories.User(name=f"示例{role}")
    return browser_of(factories.Appointment(role=role, place=place, account=account, **changes))


def browser_of(appointment):
    account = appointment.account
    client = Client()
    client.force_login(account)
    client.cookies["django_language"] = "en"
    client.account = account
    return client


@pytest.fixture
def auditor(db):
    return browser("auditor", DISTRICT, level="DISTRICT")


@pytest.fixture
def officer(db):
    return browser("data_protection_officer", DISTRICT, level="DISTRICT")


@pytest.fixture
def lead(db):
    return browser("community_lead", COMMUNITY, level="COMMUNITY")


@pytest.fixture
def street(db):
    return browser("street_command", STREET, level="STREET")


@pytest.fixture
def worker(db):
    return factories.Appointment(
        role="grid_worker", place=GRID, account=factories.User(name="李网格员", username="li")
    )


def looks(appointment, n=1, action=Look.Action.OPEN, place=GRID, subjects=None, at=None):
    at = at or timezone.now()
    with acting(of_appointment(appointment, at=at, purpose="household_care")):
        return [look(action, subjects or [uuid7()], place=place) for _ in range(n)]


def text(answer):
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_an_auditor_sees_who_looked_and_why_and_nobody_elses_district(auditor, worker):
    [near] = looks(worker)
    elsewhere = factories.Appointment(
        role="grid_worker", place=440104022001001, account=factories.User(name="远方人")
    )
    looks(elsewhere, place=440104022001001)

    page = text(auditor.get("/trace/"))

    assert "李网格员" in page
    assert "Looking after the households of a grid" in page
    assert str(near.subjects[0]) in page
    assert "远方人" not in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("worker=李", True),
        ("worker=li", True),
        ("worker=王", False),
        ("place=440103022", True),
        ("place=440103023", False),
        ("purpose=household_care", True),
        ("purpose=urgent_help", False),
        ("action=OPEN", True),
        ("action=EXPORT", False),
        ("since=2020-01-01", True),
        ("until=2020-01-01", False),
    ],
)
def test_the_trace_is_searched(auditor, worker, query, is_found):
    [entry] = looks(worker)
    assert (str(entry.subjects[0]) in text(auditor.get(f"/trace/?{query}"))) is is_found


def test_the_trace_is_searched_by_person(auditor, worker):
    somebody = uuid7()
    looks(worker, subjects=[uuid7(), somebody])
    [other] = looks(worker)

    page = text(auditor.get(f"/trace/?person={somebody}"))

    assert str(somebody) in page
    assert str(other.subjects[0]) not in page


@pytest.mark.parametrize(
    "query", ["person=x", "place=abc", "place=1", "since=tomorrow", "action=Q"]
)
def test_a_search_that_cannot_be_says_so(auditor, query):
    assert auditor.get(f"/trace/?{query}").status_code == 422


def test_a_strange_page_key_shows_the_first_page(auditor, worker):
    looks(worker)
    assert "李网格员" in text(auditor.get("/trace/?before=nonsense"))


def test_pages_follow_one_another_without_loss(auditor, worker):
    at = timezone.now()
    made = {str(looks(worker, at=at)[0].subjects[0]) for _ in range(120)}  # all at one moment
    seen, address = set(), "/trace/?worker=li"
    for _ in range(4):
        page = text(auditor.get(address))
        seen |= {key for key in made if key in page}
        _, found, rest = page.partition('class="btn" href="?worker')
        if not found:
            break
        address = "/trace/?worker" + rest.partition('"')[0].replace("&amp;", "&")

    assert seen == made


def test_the_state_of_the_proof_is_shown(auditor, worker):
    looks(worker)
    at = timezone.now()
    assert "nothing yet" in text(auditor.get("/trace/"))
    chain.seal(at=at)
    with acting(of_watch(at=at)):
        chain.note(chain.verify(at=at), at=at)

    page = text(auditor.get("/trace/"))
    assert "block 1," in page
    assert "1 entries, as they were sealed" in page


def test_who_is_no_auditor_sees_their_own_entries_alone(worker, lead):
    [mine] = looks(worker)
    own = browser_of(worker)

    assert own.get("/trace/").status_code == 403
    assert own.get("/trace/alarms/").status_code == 403
    assert str(mine.subjects[0]) in text(own.get("/trace/mine/"))
    assert str(mine.subjects[0]) not in text(lead.get("/trace/mine/"))


def test_a_page_that_was_refused_is_in_the_trace(worker):
    own = browser_of(worker)
    own.get("/trace/")

    with acting(of_watch(at=timezone.now())):
        assert Look.objects.get().action == "REFUSED"


def test_an_alarm_is_settled_on_its_page(auditor, worker):
    looks(worker, action=Look.Action.EXPORT)
    with acting(of_watch(at=timezone.now())):
        alarms.raise_all(at=timezone.now())
        alarm = Alarm.objects.get(kind="EXPORT")  # at night there is another
    assert "A list left Kapok" in text(auditor.get("/trace/alarms/"))

    address = f"/trace/alarms/{alarm.pk}/settle/"
    empty = auditor.post(address, {"finding": " "})
    assert empty.status_code == 422
    assert "Write what you found" in empty.content.decode()

    assert auditor.post(address, {"finding": "the yearly check"}).status_code == 302
    assert "the yearly check" in text(auditor.get("/trace/alarms/"))
    assert auditor.post(f"/trace/alarms/{uuid7()}/settle/", {"finding": "x"}).status_code == 404


def test_failed_sign_ins_in_series_stand_among_the_alarms(auditor):
    factories.User(username="zhou", name="周干事")
    for _ in range(7):
        Client().post("/sign-in/", {"login": "zhou", "password": "wrong"})

    page = auditor.get("/trace/alarms/").content.decode()

    assert "Many failed sign-ins" in page
    assert "周干事" in page
    assert "2 times" in page


def test_an_export_goes_from_asking_to_the_file(lead, street):
    with as_owner_of_rows():
        home = factories.Household()
        for _ in range(51):
            factories.Person(household=home)
    asked = {
        "what": "residents",
        "area": f"{COMMUNITY}-COMMUNITY",
        "purpose": "household_care",
        "reason": "台风前联系",
    }
    assert lead.post("/exports/ask/", asked | {"reason": ""}).status_code == 422
    assert lead.post("/exports/ask/", asked | {"area": f"{STREET}-STREET"}).status_code == 422
    assert lead.post("/exports/ask/", asked).status_code == 302
    assert "51 rows" in text(lead.get("/exports/"))
    with acting(of_watch(at=timezone.now())), as_owner_of_rows():
        request = ExportRequest.objects.get()
    assert lead.post(f"/exports/{request.pk}/take/").status_code == 409
    assert lead.post(f"/exports/{request.pk}/decide/", {"agree": "yes"}).status_code == 403

    assert "台风前联系" in text(street.get("/exports/"))
    refusal = street.post(f"/exports/{request.pk}/decide/", {"agree": "no"})
    assert refusal.status_code == 422
    assert "Write why you refuse" in refusal.content.decode()
    street.post(f"/exports/{request.pk}/decide/", {"agree": "yes"})

    taken = lead.post(f"/exports/{request.pk}/take/", {"format": "csv"})
    assert taken.status_code == 200
    assert taken["Content-Disposition"].startswith('attachment; filename="kapok-residents-')
    assert taken["Cache-Control"] == "no-store"
    assert lead.post(f"/exports/{request.pk}/take/", {"format": "csv"}).status_code == 409


def test_who_may_not_ask_has_no_form(worker):
    own = browser_of(worker)
    assert "Ask for a file" not in text(own.get("/exports/"))
    assert own.post("/exports/ask/", {}).status_code == 422


def test_everybody_may_read_what_data_is_used_for(db):
    stranger = Client()
    stranger.cookies["django_language"] = "en"

    page = text(stranger.get("/purposes/"))

    assert "So that the people of your grid know who lives where" in page
    assert "Where you live and have lived" in page
    assert "Certificates of deletion" not in page
    assert "person.identity" not in page


def test_the_officer_sees_what_falls_due_and_the_certificates(officer):
    with as_owner_of_rows():
        factories.Person(left_at=timezone.now() - timedelta(days=91))
        Certificate.objects.create(
            at=timezone.now(), what="people.Person", why="moved", n_rows=3,
            subjects_sha256="0" * 64, subjects=[],
        )  # fmt: skip

    page = text(officer.get("/purposes/"))

    assert "People, after they moved away or died" in page
    assert "people.Person" in page
    assert "person.identity" in page
    with acting(of_watch(at=timezone.now())):
        assert Look.objects.count() == 0  # counting shows nobody


def test_an_emergency_goes_from_its_declaration_to_its_end(street, officer):
    said = {"name": "台风", "order": "三防 1 号", "area": f"{STREET}-STREET"}
    assert street.post("/emergencies/declare/", said | {"order": ""}).status_code == 422
    assert street.post("/emergencies/declare/", said).status_code == 302
    emergency = Emergency.objects.get()

    page = text(street.get(f"/emergencies/{emergency.pk}/ending/"))
    assert "Propose to end it" in page
    address = f"/emergencies/{emergency.pk}/end/"
    assert street.post(address, {"step": "agree"}).status_code == 409
    assert street.post(address, {"step": "propose"}).status_code == 302
    assert street.post(address, {"step": "agree"}).status_code == 403
    assert "End it and delete" not in text(street.get(f"/emergencies/{emergency.pk}/ending/"))

    assert "End it and delete" in text(officer.get(f"/emergencies/{emergency.pk}/ending/"))
    assert officer.post(address, {"step": "keep"}).status_code == 302
    assert officer.post(address, {"step": "propose"}).status_code == 302
    assert street.post(address, {"step": "agree"}).status_code == 302
    emergency.refresh_from_db()
    assert emergency.ended_by == street.account
    assert "ended" in text(street.get("/emergencies/"))
    assert street.post(address, {"step": "nonsense"}).status_code == 404


def test_who_cannot_end_an_emergency_sees_that_it_is_there_and_no_counts(worker):
    emergency = Emergency.objects.create(
        name="台风", place=STREET, level="STREET", order="1", starts_at=timezone.now(),
        declared_by=factories.User(),
    )  # fmt: skip
    own = browser_of(worker)

    assert "台风" in text(own.get("/emergencies/"))
    page = text(own.get(f"/emergencies/{emergency.pk}/ending/"))
    assert "You cannot end this emergency" in page
    assert "Rows of lists" not in page
    assert own.post("/emergencies/declare/", {}).status_code == 403


@pytest.mark.parametrize("role", ["auditor", "community_lead", "grid_worker"])
def test_watch_leads_everybody_to_a_page_of_theirs(db, role):
    place = {"auditor": DISTRICT, "community_lead": COMMUNITY, "grid_worker": GRID}[role]
    answer = browser(role, place).get("/watch/", follow=True)
    assert answer.status_code == 200
