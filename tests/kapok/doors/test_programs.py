"""Keys and webhooks: made, used, revoked; messages signed, tried again, given up."""

import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests import factories
from tests.kapok.matters.conftest import COMMUNITY, FAR_GRID, STREET

from kapok.access import jobs, scope
from kapok.access.scope import acting, of_box, of_intake
from kapok.doors.entrances import PORTAL
from kapok.doors.models import ApiKey, Delivery, Hook
from kapok.doors.operations import hooks, keys
from kapok.errors import NotAllowed, Refused
from kapok.matters.models import Matter

pytestmark = pytest.mark.django_db
REPORT = {"kind": "lamp", "lon": 113.24, "lat": 23.10, "text": "路灯坏了"}


@pytest.fixture
def box(town):
    with acting(of_intake(PORTAL.id, at=town.noon)):
        yield


@pytest.fixture
def administrator(client, town):
    client.force_login(town.administrator.account)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def post(client, town):
    client.cookies["django_language"] = "en"

    def post(said, key, idempotency="one", **headers):
        more = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency} | headers
        more = {name: value for name, value in more.items() if value is not None}
        return client.post("/api/reports/", json.dumps(said), "application/json", headers=more)

    return post


def only(model):
    with factories.as_owner_of_rows():
        return model.objects.get()


class TestReports:
    def test_when_so_much_comes_at_once_the_program_is_told_to_send_again(
        self, post, make_key, busy
    ):
        answer = post(REPORT, make_key("REPORT"))
        assert (answer.status_code, answer["Retry-After"]) == (503, "15")
        assert "then send it again" in answer.json()["detail"]

    def test_one_report_is_one_matter_however_often_it_is_sent(self, post, make_key, box):
        key = make_key("REPORT")
        first, again = post(REPORT, key), post(REPORT, key)
        assert first.status_code == 201
        assert first.json() == again.json()
        assert Matter.objects.get().number == first.json()["number"]
        assert Matter.objects.get().door == "API"

    def test_the_same_word_for_another_report_is_refused(self, post, make_key):
        key = make_key("REPORT")
        post(REPORT, key)
        answer = post(REPORT | {"text": "another"}, key)
        assert answer.status_code == 422
        assert "used for something else" in answer.json()["detail"]

    def test_what_is_wrong_is_said_by_field(self, post, make_key):
        answer = post(REPORT | {"kind": "nothing", "lon": 500}, make_key("REPORT"))
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert [each["field"] for each in answer.json()["errors"]] == ["lon"]

    @pytest.mark.parametrize("extra", [{"door": "PHONE"}, {"tracking": "x"}, {"colour": "red"}])
    def test_nobody_says_what_the_door_says(self, post, make_key, extra):
        assert post(REPORT | extra, make_key("REPORT")).status_code == 422

    def test_a_word_of_ones_own_is_needed(self, post, make_key):
        assert post(REPORT, make_key("REPORT"), idempotency="").status_code == 400

    def test_without_a_key_that_is_good_for_it_nothing_is_taken(self, post, make_key, client):
        assert post(REPORT, make_key("OPEN311")).status_code == 401
        assert client.post("/api/reports/", "{}", "application/json").status_code == 401
        assert client.get("/api/reports/").status_code == 405

    def test_a_body_of_ten_megabytes_is_refused(self, post, make_key):
        assert post(REPORT | {"text": "字" * 4_000_000}, make_key("REPORT")).status_code == 400

    def test_emoji_and_rare_characters_are_kept(self, post, make_key, box):
        post(REPORT | {"text": "🛋️ 𠮷 龘"}, make_key("REPORT"))
        assert Matter.objects.get().reports.get().text == "🛋️ 𠮷 龘"


class TestSigned:
    def sign(self, town, body, at=None, secret=None):
        from django.utils import timezone  # noqa: PLC0415

        with scope.acting(scope.of_appointment(town.administrator, at=town.noon)):
            made = keys.make_key(name="s", uses=["HOOK"], place=STREET, by=None, at=town.noon)
        return made, keys.signature(secret or made.secret, body, at=at or timezone.now())

    def send(self, client, made, signature, body):
        return client.post(
            "/api/reports/", body, "application/json",
            headers={
                "Kapok-Key": str(made.id), "Kapok-Signature": signature, "Idempotency-Key": "1",
            },
        )  # fmt: skip

    BODY = json.dumps(REPORT).encode()

    def test_a_signed_report_of_another_system_is_taken(self, client, town):
        made, signature = self.sign(town, self.BODY)
        answer = self.send(client, made, signature, self.BODY)
        assert answer.status_code == 422  # the pack does not open the door of agencies for lamps
        assert "AGENCY" not in answer.json()["detail"]

    def test_what_was_changed_old_or_signed_by_another_is_refused(self, client, town):
        from django.utils import timezone  # noqa: PLC0415

        made, signature = self.sign(town, self.BODY)
        assert self.send(client, made, signature, self.BODY + b" ").status_code == 401
        made, old = self.sign(town, self.BODY, at=timezone.now() - timedelta(minutes=6))
        assert self.send(client, made, old, self.BODY).status_code == 401
        made, other = self.sign(town, self.BODY, secret="kpk_other")
        assert self.send(client, made, other, self.BODY).status_code == 401
        for nonsense in ("", "t=,v1=", "t=99999999999999,v1=x", "v1=ü", "t=١,v1=x"):
            assert self.send(client, made, nonsense, self.BODY).status_code == 401


class TestPage:
    def test_a_key_is_made_shown_once_and_revoked(self, administrator, town):
        given = {"name": "City app", "uses": ["OPEN311"], "place": str(STREET)}
        text = administrator.post("/programs/keys/", given).content.decode()
        secret = text.split('translate="no"><strong>')[1].split("<")[0]
        assert keys.entrance_of(secret, ApiKey.Use.OPEN311) is not None
        page = administrator.get("/programs/").content.decode()
        assert "City app" in page
        assert secret not in page
        administrator.post(f"/programs/keys/{only(ApiKey).pk}/revoke/")
        assert keys.entrance_of(secret, ApiKey.Use.OPEN311) is None

    @pytest.mark.parametrize(
        "given",
        [
            {"name": "", "uses": ["REPORT"], "place": str(STREET)},
            {"name": "x", "uses": [], "place": str(STREET)},
            {"name": "x", "uses": ["REPORT"], "place": "12"},
            {"name": "x", "uses": ["REPORT"], "place": "440000000000000"},
        ],
    )
    def test_a_key_without_name_use_or_own_area_is_refused(self, administrator, given):
        answer = administrator.post("/programs/keys/", given)
        assert answer.status_code == 422
        assert not ApiKey.objects.exists()

    def test_only_administrators_see_it(self, client, town):
        client.force_login(town.dispatcher.account)
        assert client.get("/programs/").status_code == 403
        assert client.post("/programs/keys/", {"name": "x"}).status_code == 403
        with pytest.raises(NotAllowed), acting(scope.of_appointment(town.worker, at=town.noon)):
            keys.revoke_key(key=town.here.pk, by=None, at=town.noon)

    def test_an_address_is_told_from_the_page(self, administrator, town):
        given = {"name": "City", "url": "https://city.example/kapok", "place": str(STREET)}
        text = administrator.post(
            "/programs/webhooks/", given | {"moves": ["close"]}
        ).content.decode()
        assert "khs_" in text
        hook = only(Hook)
        assert hook.moves == ["close"]
        administrator.post(f"/programs/webhooks/{hook.pk}/stop/")
        assert only(Hook).stopped_at is not None
        administrator.post(f"/programs/webhooks/{hook.pk}/resume/")
        assert only(Hook).stopped_at is None

    def test_nobody_else_sees_keys_even_in_the_database(self, administrator, town):
        given = {"name": "City app", "uses": ["OPEN311"], "place": str(STREET)}
        administrator.post("/programs/keys/", given)
        for appointment, n in ((town.administrator, 1), (town.worker, 0), (town.dispatcher, 0)):
            with acting(scope.of_appointment(appointment, at=town.noon)):
                assert ApiKey.objects.count() == n

    @pytest.mark.parametrize(
        "url", ["ftp://x", "https://", "javascript:1", "http://a:b@c/", "//x", "http://x:0/"]
    )
    def test_what_is_no_address_is_refused(self, url):
        with pytest.raises(Refused):
            hooks.refuse_address(url)


class Listener:
    """Another system that takes messages, or not."""

    def __init__(self):
        self.status, self.got = 200, []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.got.append((dict(self.headers), body))
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/in?x=1"


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def hook(town, listener):
    with acting(scope.of_appointment(town.administrator, at=town.noon)):
        return hooks.make_hook(
            name="city", url=listener.url, place=COMMUNITY, moves=[], by=None, at=town.noon
        )


class TestTelling:
    def deliver(self, town, later=timedelta()):
        with acting(of_box(at=town.noon)):
            waiting = list(Delivery.objects.filter(state="WAITING").order_by("made_at"))
        for each in waiting:
            hooks.deliver(delivery=each.pk, at=town.noon + later)

    def test_a_move_is_told_signed_and_without_words(self, town, send, hook, listener):
        done = send(town.worker, "report", kind="lamp", building=str(town.here.pk), text="王家的灯")
        self.deliver(town)
        headers, body = listener.got[0]
        said = json.loads(body)
        assert (said["move"], said["matter"]["number"]) == ("report", done.number)
        assert "王" not in body.decode()
        moment, _comma, signature = headers["Kapok-Signature"].partition(",")
        signed = moment.removeprefix("t=").encode() + b"." + body
        expected = hmac.new(hook.secret.encode(), signed, hashlib.sha256).hexdigest()
        assert signature == f"v1={expected}"

    @pytest.mark.django_db(transaction=True)
    def test_a_message_is_told_by_the_worker(self, town, send, hook, listener):
        send(town.worker, "report", kind="lamp", building=str(town.here.pk))
        jobs.work_off()
        assert listener.got

    def test_places_elsewhere_are_not_told(self, town, send, hook):
        send(town.stranger, "report", kind="lamp", building=str(town.far.pk))
        with acting(of_box(at=town.noon)):
            assert town.far.place == FAR_GRID
            assert not Delivery.objects.exists()

    def test_what_was_not_taken_is_tried_again_and_then_given_up(self, town, send, hook, listener):
        listener.status = 500
        send(town.worker, "report", kind="visit", building=str(town.here.pk))
        for _turn in range(hooks.TRIES + 2):
            self.deliver(town)
        with acting(of_box(at=town.noon)):
            states = set(Delivery.objects.values_list("state", "n_tries"))
        assert states == {("GIVEN_UP", hooks.TRIES)}

    def test_it_goes_on_after_one_failure(self, town, send, hook, listener):
        listener.status = 503
        send(town.worker, "report", kind="lamp", building=str(town.here.pk))
        self.deliver(town)
        listener.status = 204
        self.deliver(town)
        with acting(of_box(at=town.noon)):
            assert set(Delivery.objects.values_list("state", flat=True)) == {"TAKEN"}
            assert Hook.objects.get().n_failed == 0

    def test_an_address_that_fails_and_fails_is_called_no_more(self, town, send, hook, listener):
        listener.status = 500
        with acting(of_box(at=town.noon)):
            Hook.objects.update(n_failed=hooks.MOST_FAILED - 1)
        send(town.worker, "report", kind="lamp", building=str(town.here.pk))
        self.deliver(town)
        with acting(of_box(at=town.noon)):
            assert Hook.objects.get().stopped_why
            assert not Delivery.objects.filter(state="WAITING").exists()

    def test_of_care_the_community_alone_is_told(self, town, send, hook, listener):
        send(town.lead, "report", kind="visit", building=str(town.here.pk))
        send(town.worker, "report", kind="lamp", building=str(town.here.pk))
        self.deliver(town)
        told = [json.loads(body)["matter"] for _headers, body in listener.got]
        assert {(each["realm"], each["place"]) for each in told} == {
            ("CARE", COMMUNITY),
            ("SERVICE", town.here.place),
        }

    @pytest.mark.parametrize(
        "host",
        [
            "169.254.169.254", "[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "2852039166",
            "[2002:a9fe:a9fe::]", "[64:ff9b::a9fe:a9fe]", "100.100.100.200", "[fe80::1]",
            "[::ffff:100.100.100.200]", "[fd00:ec2::254]",
        ],
    )  # fmt: skip
    def test_the_addresses_of_the_machine_itself_are_not_called(self, host):
        is_taken, answer = hooks.post(f"http://{host}/latest", b"{}", {})
        assert not is_taken
        assert "machine" in answer or "本机" in answer

    @pytest.mark.parametrize(
        "url",
        ["http://127.0.0.1:9/", "http://a..b/", f"http://{'x' * 70}.example/", "https://[::1]:9/"],
    )
    def test_nobody_listening_is_a_failure_not_a_crash(self, url):
        assert hooks.post(url, b"{}", {})[0] is False

    def test_an_address_with_letters_of_every_language_is_a_failure_not_a_crash(self, listener):
        assert hooks.post(listener.url + "路灯", b"{}", {})[0] is False

    def test_a_refused_move_tells_nothing(self, town, send, hook):
        assert send(town.worker, "report", kind="nothing").status == "REFUSED"
        with acting(of_box(at=town.noon)):
            assert not Delivery.objects.exists()
