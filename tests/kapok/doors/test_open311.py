"""Open311 GeoReport v2, as its text, its description and another's client know it."""

from xml.etree import ElementTree

import georeport
import pytest
from tests.kapok.matters.conftest import COMMUNITY, STREET

from kapok.access.scope import acting, of_intake
from kapok.doors.entrances import OPEN311
from kapok.matters.models import Matter

pytestmark = pytest.mark.django_db
V2 = "/open311/v2"
WHERE = {"jurisdiction_id": str(STREET)}
SPOT = {"lat": "23.10", "long": "113.24"}
RUBBISH = WHERE | SPOT | {
    "service_code": "rubbish", "attribute[sort]": "bulky",
    "description": "王先生的旧沙发 13800138000",
}  # fmt: skip


@pytest.fixture
def ask(client, town):
    client.cookies["django_language"] = "en"

    def ask(path, **params):
        return client.get(f"{V2}/{path}", WHERE | params)

    return ask


@pytest.fixture
def report(client, make_key):
    client.cookies["django_language"] = "en"
    key = make_key("OPEN311")

    def report(path="requests.json", headers=None, **params):
        given = RUBBISH | {"api_key": key} | params
        given = {name: value for name, value in given.items() if value is not None}
        return client.post(f"{V2}/{path}", given, headers=headers or {})

    return report


def door(town):
    return acting(of_intake(OPEN311.id, at=town.noon))


class TestServices:
    def test_the_kinds_that_the_pack_marks_are_services(self, ask):
        found = {each["service_code"]: each for each in ask("services.json").json()}
        assert found["rubbish"]["metadata"] is True
        assert found["rubbish"]["type"] == "realtime"
        assert found["lamp"]["metadata"] is False

    def test_a_form_is_a_list_of_attributes_in_its_order(self, ask):
        found = ask("services/rubbish.json").json()
        codes = {each["code"]: each for each in found["attributes"]}
        assert list(codes) == ["sort", "smells", "how_bad", "since", "attracts", "note"]
        assert codes["sort"]["datatype"] == "singlevaluelist"
        assert codes["sort"]["required"] is True
        assert codes["how_bad"]["required"] is False
        assert {each["key"] for each in codes["attracts"]["values"]} == {"rats", "flies"}

    def test_why_is_the_first_attribute(self, ask):
        [why] = ask("services/breakout.json").json()["attributes"]
        assert (why["code"], why["required"], why["order"]) == ("why", True, 1)

    def test_xml_says_the_same(self, ask):
        root = ElementTree.fromstring(ask("services.xml").content)
        assert root.tag == "services"
        assert "rubbish" in [each.findtext("service_code") for each in root.findall("service")]
        root = ElementTree.fromstring(ask("services/rubbish.xml").content)
        assert root.findtext("attributes/attribute/values/value/key") == "bulky"

    def test_the_way_to_it_is_told(self, ask):
        assert ask("discovery.json").json()["endpoints"][0]["url"].endswith("/open311/v2")
        assert ElementTree.fromstring(ask("discovery.xml").content).tag == "discovery"


class TestErrors:
    def test_an_area_must_be_named(self, client, town):
        answer = client.get(f"{V2}/services.json")
        assert answer.status_code == 400
        assert answer.json()[0]["code"] == 400

    def test_an_unknown_area_or_service(self, ask):
        assert ask("services.json", jurisdiction_id="city.example").status_code == 404
        assert ask("requests.json", jurisdiction_id="12").status_code == 401
        assert ask("services/nothing.json").status_code == 404
        assert ask("services.csv").status_code == 400

    def test_errors_in_xml(self, ask):
        root = ElementTree.fromstring(ask("services/nothing.xml").content)
        assert (root.tag, root.findtext("error/code")) == ("errors", "404")

    def test_without_a_key_nothing_is_reported(self, report):
        for key in (None, "", "kpk_wrong"):
            assert report(api_key=key).status_code == 403

    def test_a_key_for_another_door_opens_nothing(self, report, make_key):
        assert report(api_key=make_key("REPORT")).status_code == 403

    def test_a_key_reports_in_its_own_area_alone(self, report, make_key, town):
        elsewhere = report(lat="23.20", long="113.40", api_key=make_key("OPEN311", place=COMMUNITY))
        assert "outside the area" in elsewhere.json()[0]["description"]

    def test_what_the_form_does_not_take(self, report):
        answer = report(**{"attribute[sort]": "gold"})
        assert (answer.status_code, answer.json()[0]["code"]) == (400, 400)
        assert "none of the choices" in answer.json()[0]["description"]
        assert report(lat="north").status_code == 400
        assert report(lat=None, long=None).status_code == 400
        assert report("requests.xml", lat="91").status_code == 400


class TestRequests:
    def test_a_report_is_a_matter_and_can_be_read(self, report, ask, town):
        [made] = report().json()
        found = ask(f"requests/{made['service_request_id']}.json").json()[0]
        assert (found["status"], found["service_code"]) == ("open", "rubbish")
        assert (found["lat"], found["long"]) == (23.10, 113.24)
        assert ask("requests.json").json() == [found]
        assert ask(f"request/{made['service_request_id']}.json").json() == found
        token = ask(f"tokens/{made['token']}.json").json()
        assert token[0]["service_request_id"] == made["service_request_id"]
        with door(town):
            assert Matter.objects.get().door == "OPEN311"

    def test_no_word_of_the_report_is_ever_read(self, report, ask, town):
        report(first_name="小明", last_name="王", phone="13800138000")
        for path in ("requests.json", "requests.xml"):
            text = ask(path).content.decode()
            assert "沙发" not in text
            assert "王" not in text
            assert "1380013" not in text

    def test_of_order_only_the_state_is_read_and_of_care_nothing(self, report, ask):
        report(service_code="breakout", **{"attribute[sort]": None, "attribute[why]": "defiant"})
        report(service_code="secret", **{"attribute[sort]": None})
        help_ = report(
            service_code="breakout", **{"attribute[sort]": None, "attribute[why]": "ill"}
        )
        [order] = ask("requests.json").json()
        assert order["service_code"] == "breakout"
        assert "lat" not in order
        assert ask(f"requests/{help_.json()[0]['service_request_id']}.json").status_code == 404

    def test_of_order_nobody_finds_the_grid_by_asking_grid_by_grid(self, report, ask, town):
        report()
        report(service_code="breakout", **{"attribute[sort]": None, "attribute[why]": "defiant"})
        grid = str(town.here.place)
        assert [
            each["service_code"] for each in ask("requests.json", jurisdiction_id=grid).json()
        ] == ["rubbish"]
        whole = ask("requests.json", jurisdiction_id=str(COMMUNITY)).json()
        assert {each["service_code"] for each in whole} == {"rubbish", "breakout"}
        [order] = [each for each in whole if each["service_code"] == "breakout"]
        number = order["service_request_id"]
        assert ask(f"requests/{number}.json", jurisdiction_id=grid).status_code == 404

    def test_the_same_key_of_the_sender_is_one_matter(self, report, ask):
        first = report(headers={"Idempotency-Key": "a-1"}).json()
        assert report(headers={"Idempotency-Key": "a-1"}).json() == first
        other = report(headers={"Idempotency-Key": "a-1"}, description="another")
        assert other.status_code == 400
        assert len(ask("requests.json").json()) == 1

    def test_they_are_found_by_number_code_time_and_status(self, report, ask, town, send):
        [made] = report().json()
        with door(town):
            matter = Matter.objects.get()
        send(town.lead, "assign", matter.pk, to={"account": str(town.worker.account_id)})
        send(town.worker, "settle", matter.pk, outcome="settled")
        number = made["service_request_id"]
        assert len(ask("requests.json", service_request_id=f"{number},x,99").json()) == 1
        assert len(ask("requests.json", service_code="rubbish,lamp").json()) == 1
        assert ask("requests.json", service_code="lamp").json() == []
        assert ask("requests.json", status="open").json() == []
        [closed] = ask("requests.json", status="closed").json()
        assert "Settled" in closed["status_notes"]
        assert ask("requests.json", end_date="2021-01-01").json() == []
        span = ask(
            "requests.json", start_date="2020-01-01T00:00:00Z", end_date="2021-01-01T00:00:00Z"
        )
        assert span.status_code == 400
        assert ask("requests.json", start_date="yesterday").status_code == 400
        assert ask("requests.json", status="lost").status_code == 400

    def test_xml_in_and_out(self, report, ask):
        root = ElementTree.fromstring(report("requests.xml").content)
        number = root.findtext("request/service_request_id")
        root = ElementTree.fromstring(ask("requests.xml").content)
        assert root.findtext("request/service_request_id") == number


def test_another_programs_client_reads_our_server(live_server, client, transactional_town):
    key = transactional_town
    client.post(f"{V2}/requests.json", RUBBISH | {"api_key": key})
    for form in ("json", "xml"):
        there = georeport.GeoReport(
            f"{live_server.url}{V2}", jurisdiction=str(STREET), api_key=key, output_format=form
        )
        services = there.get_service_list()
        assert "rubbish" in {each["service_code"] for each in services}
        assert there.get_service_definition("rubbish")["service_code"] == "rubbish"
        found = there.get_service_requests(service_code="rubbish")
        [found] = found if isinstance(found, list) else [found]
        assert there.get_service_request(found["service_request_id"])["status"] == "open"


@pytest.fixture
def transactional_town(transactional_db, request):
    town = request.getfixturevalue("town")
    assert town
    return request.getfixturevalue("make_key")("OPEN311")


def test_when_so_much_comes_at_once_the_program_is_told_to_send_again(report, town, busy):
    answer = report()
    assert answer.status_code == 503
    assert "then send it again" in answer.json()[0]["description"]
