"""Self-reports bring advice and a call within two hours, and never a restriction."""

import json
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import factories
from tests.kapok.portal.conftest import (
    COMMUNITY,
    GRID,
    OTHER,
    OTHER_PHONE,
    PHONE,
    key_in,
    prove,
    text_of,
)

from kapok.access import retention, scope, secrets
from kapok.access.models import Certificate
from kapok.doors.operations.together import Busy
from kapok.matters.models import Matter, MatterClock, Report
from kapok.packs import look_up
from kapok.people.models import Person, RegisterEntry
from kapok.portal.models import SelfReport
from kapok.portal.operations import calling_back, screening
from kapok.portal.operations.self_reports import Told
from kapok.portal.taking import taking
from kapok.portal.views import told
from kapok.zones.models import Zone, ZoneOrder

pytestmark = pytest.mark.django_db
FINE = {
    "home": "2单元501",
    "a.n_people": "3",
    "a.hard_to_breathe": "false",
    "a.came_from": "no_one",
}
ILL = FINE | {"a.signs": ["fever", "cough"]}


def tell(client, code, answers=None, **more):
    path = f"/c/{code}/check/"
    key = key_in(text_of(client.get(path)))
    return client.post(path, (answers or FINE) | {"key": key} | more, follow=True)


@pytest.fixture
def box(town):
    with scope.acting(taking(at=timezone.now())):
        yield


class TestAHousehold:
    def test_only_what_todays_rule_needs_is_asked_with_the_reason(self, resident, town):
        page = text_of(resident.get(f"/c/{town.code}/check/"))
        assert "deleted after 28 days" in page
        assert page.count("<fieldset") == 4
        assert "identity" not in page

    def test_without_symptoms_it_is_thanked_and_nobody_is_sent(self, resident, town, box):
        answer = tell(resident, town.code)
        assert "Thank you, it is written down." in text_of(answer)
        assert SelfReport.objects.get().has_symptoms is False
        assert not Matter.objects.exists()

    def test_a_symptom_brings_advice_and_a_call_within_two_hours(self, resident, town, box):
        page = text_of(tell(resident, town.stair, ILL))
        assert "Rest, drink" in page
        assert "Somebody calls you back within two hours" in page
        matter = Matter.objects.get()
        assert (matter.kind, matter.realm, matter.place) == ("symptom_call_back", "HEALTH", GRID)
        clock = MatterClock.objects.get(matter=matter, code="called")
        assert clock.due_at - matter.received_at == timedelta(hours=2)
        assert SelfReport.objects.get().matter == matter.pk

    def test_number_and_code_stay_for_ten_minutes_in_whatever_print(
        self, resident, town, box, monkeypatch
    ):
        said = text_of(tell(resident, town.stair, ILL))
        code = said.split('class="code">')[1].split("<")[0]
        target = quote(f"/c/{town.stair}/check/done/")
        assert f"print=large&amp;next={target}" in said
        again = text_of(resident.get(f"/c/look/?print=large&next={target}", follow=True))
        assert code in again
        assert "Somebody calls you back within two hours" in again
        assert code not in resident.cookies[told.COOKIE].value  # it is sealed
        later = timezone.now() + timedelta(minutes=11)
        monkeypatch.setattr(told.timezone, "now", lambda: later)
        assert resident.get(f"/c/{town.stair}/check/done/")["Location"].endswith("/own/")

    def test_in_another_language_the_advice_is_in_it_too(self, resident, town, box):
        assert "Rest, drink" in text_of(tell(resident, town.stair, ILL))
        target = quote(f"/c/{town.stair}/check/done/")
        chinese = text_of(resident.get(f"/c/look/?lang=zh&next={target}", follow=True))
        assert "请先休息" in chinese
        assert "Rest, drink" not in chinese

    def test_whoever_breathes_hard_is_sent_to_120_and_called_at_once(self, resident, town, box):
        page = text_of(tell(resident, town.code, FINE | {"a.hard_to_breathe": "true"}))
        assert "Call 120 now." in page
        assert Matter.objects.get().urgency == "RED"

    def test_it_restricts_nobody(self, resident, town, box):
        tell(resident, town.code, ILL | {"a.came_from": "high"})
        assert not Zone.objects.exists()
        assert not ZoneOrder.objects.exists()
        assert not Person.objects.exists()
        assert not RegisterEntry.objects.exists()
        assert {matter.kind for matter in Matter.objects.all()} == {"symptom_call_back"}

    def test_what_is_missing_is_said_and_the_answers_stay(self, resident, town):
        answer = tell(resident, town.code, {"home": "", "a.n_people": "7"})
        page = text_of(answer)
        assert answer.status_code == 422
        assert "Write which home it is" in page
        assert 'value="7"' in page

    def test_sent_twice_it_is_stored_once_and_says_the_same(self, resident, town, box):
        key = key_in(text_of(resident.get(f"/c/{town.code}/check/")))
        pages = [
            text_of(resident.post(f"/c/{town.code}/check/", ILL | {"key": key}, follow=True))
            for _turn in range(2)
        ]
        assert SelfReport.objects.count() == Matter.objects.count() == 1
        assert all("Somebody calls you back" in page for page in pages)
        number = str(Matter.objects.get().number)
        codes = {page.split('class="code">')[1].split("<")[0] for page in pages}
        assert len(codes) == 1  # of two taps the second one is answered, and loses no code
        assert all(f"<strong>{number}</strong>" in page for page in pages)

    def test_the_same_again_within_two_hours_is_one_call(self, resident, town, box):
        tell(resident, town.code, ILL)
        page = text_of(tell(resident, town.code, ILL))
        assert "Somebody calls you back" in page
        assert Matter.objects.count() == 1
        tell(resident, town.code, ILL | {"a.hard_to_breathe": "true"})
        assert Matter.objects.count() == 2  # somebody got worse

    def test_the_key_of_another_telephones_report_shows_nothing_of_it(self, resident, town, box):
        key = key_in(text_of(resident.get(f"/c/{town.code}/check/")))
        resident.post(f"/c/{town.code}/check/", ILL | {"key": key})
        prove(resident, OTHER_PHONE)
        other = FINE | {"key": key, "home": "9栋9"}
        assert "Somebody calls you back" not in text_of(
            resident.post(f"/c/{town.code}/check/", other, follow=True)
        )
        assert SelfReport.objects.count() == 2

    def test_where_nobody_could_be_told_the_page_says_whom_to_call(
        self, resident, town, box, monkeypatch
    ):
        monkeypatch.setattr(screening, "_is_taken", lambda answer: False)
        page = text_of(tell(resident, town.code, ILL))
        assert "Nobody could be told by itself" in page
        assert "calls you" not in page
        assert "020-8123 4567" in page
        assert SelfReport.objects.count() == 1

    def test_the_place_is_that_of_the_address_whatever_the_form_says(self, resident, town, box):
        tell(resident, town.code, place=str(OTHER))
        assert SelfReport.objects.get().place == COMMUNITY


class TestWhatCameOfIt:
    """A page of its own: Back, reload and the switches find it, and whoever comes next does not."""

    def answer(self, resident, town, answers=ILL):
        path = f"/c/{town.stair}/check/"
        key = key_in(text_of(resident.get(path)))
        return resident.post(path, answers | {"key": key})

    def test_the_form_leads_on_and_its_address_says_nothing(self, resident, town, box):
        answer = self.answer(resident, town)
        assert (answer.status_code, answer["Location"]) == (302, f"/c/{town.stair}/check/done/")
        cookie = answer.cookies[told.COOKIE]
        assert cookie["path"] == f"/c/{town.stair}/check/done/"
        assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)

    def test_it_can_be_loaded_again(self, resident, town, box):
        path = self.answer(resident, town)["Location"]
        pages = [text_of(resident.get(path)) for _turn in range(2)]
        assert all("Somebody calls you back" in page for page in pages)
        assert SelfReport.objects.count() == Matter.objects.count() == 1

    @pytest.mark.parametrize("answers", [FINE, ILL])
    def test_it_writes_no_row(self, resident, town, box, answers):
        path = self.answer(resident, town, answers)["Location"]
        resident.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert resident.get(path).status_code == 200
        said = [query["sql"] or "SELECT what was prepared before" for query in asked]
        assert [sql for sql in said if not sql.startswith("SELECT")] == []

    def test_the_page_for_all_who_are_well_leads_nobody_to_anothers_address(
        self, resident, town, box
    ):
        path = self.answer(resident, town, FINE | {"home": "9-9-901"})["Location"]
        told._THANKS.clear()
        pages = [text_of(resident.get(address)) for address in (f"{path}?for=whose", path)]
        assert all("whose" not in page for page in pages)
        assert all(f"next={quote(path)}" in page for page in pages)

    def test_whoever_proves_another_telephone_reads_nothing_of_it(self, resident, town, box):
        path = self.answer(resident, town)["Location"]
        prove(resident, OTHER_PHONE)
        assert resident.get(path)["Location"] == f"/c/{town.stair}/own/"

    @pytest.mark.parametrize("value", ["", "x", "AAAA", "¿", "bm90IHNlYWxlZCBieSB0aGlzIGJveA=="])
    def test_without_what_was_kept_it_leads_to_ones_own_reports(self, resident, town, box, value):
        self.answer(resident, town)
        resident.cookies[told.COOKIE] = value
        answer = resident.get(f"/c/{town.stair}/check/done/")
        assert answer["Location"] == f"/c/{town.stair}/own/"
        assert "somebody calls back" in text_of(resident.get(answer["Location"]))


class TestWhoeverCallsBack:
    @pytest.mark.parametrize(
        ("language", "words", "others"),
        [
            ("en", "Fever (37.3 °C or more)", "发热（"),
            ("zh-hans", "发热（37.3 °C 以上）", "Fever ("),
        ],
    )
    def test_each_reads_the_answers_once_and_in_their_own_language(
        self, resident, client, town, box, language, words, others
    ):
        tell(resident, town.stair, ILL | {"a.came_from": "high"})
        matter = Matter.objects.get()
        client.force_login(town.lead.account)
        client.cookies["django_language"] = language
        page = text_of(client.get(f"/matters/{matter.pk}/"))
        assert page.count(words) == 1
        assert others not in page
        assert {"en": ", Dry cough", "zh-hans": "、干咳"}[language] in page

    @pytest.mark.parametrize(
        ("door", "home", "building"),
        [
            ("stair", "2单元501", "示例花园1栋"),
            ("stair", "示例花园2栋501", "示例花园2栋"),
            ("code", "2单元501", None),
        ],
    )
    def test_a_home_lies_in_the_building_that_it_names_or_whose_poster_was_read(
        self, resident, town, box, door, home, building
    ):
        with factories.as_owner_of_rows():
            factories.Building(place=GRID, name="示例花园2栋", lon=113.25, lat=23.10)
        tell(resident, getattr(town, door), ILL, home=home)
        found = Matter.objects.get().building
        assert (found and found.name) == building

    def test_answers_stand_in_the_order_of_the_questions(self, resident, client, town, box):
        tell(resident, town.stair, ILL)
        client.force_login(town.lead.account)
        client.cookies["django_language"] = "en"
        page = text_of(client.get(f"/matters/{Matter.objects.get().pk}/"))
        asked = ["Somebody breathes hard", "Which signs", "Where somebody was", "How many people"]
        where = [page.index(question) for question in asked]
        assert where == sorted(where)

    def test_answers_are_kept_as_codes(self, resident, town, box):
        tell(resident, town.stair, ILL)
        report = Report.objects.get()
        assert report.text == ""
        assert report.answers["signs"] == ["fever", "cough"]
        assert (report.answers["n_people"], report.answers["came_from"]) == (3, "no_one")

    def test_what_the_kind_does_not_ask_is_told_in_words(self, town):
        asked, ref = look_up.packs_at(COMMUNITY, timezone.now()).screening()
        values = {"n_people": 3, "signs": ["fever"], "hard_to_breathe": False}
        here = SimpleNamespace(place=COMMUNITY)
        said = Told(
            key=ref.id, here=here, phone=PHONE, home="1", values=values, screening=asked,
            pack=ref.id, at=timezone.now(),
        )  # fmt: skip
        assert calling_back.for_desks(said, {"signs"}) == "家里几个人: 3"


class TestWhoMaySee:
    def test_answers_are_sealed(self, resident, town, box):
        tell(resident, town.code, ILL)
        row = SelfReport.objects.get()
        assert b"fever" not in bytes(row.answers)
        assert json.loads(secrets.decrypt(bytes(row.answers), about="self-report"))["signs"]
        assert secrets.decrypt(bytes(row.phone), about="phone") == PHONE

    @pytest.mark.parametrize(("who", "n"), [("worker", 1), ("stranger", 0), ("planner", 0)])
    def test_only_those_of_the_place_for_its_purpose(self, resident, town, who, n):
        tell(resident, town.stair, ILL)
        appointment, at = getattr(town, who), timezone.now()
        purpose = "self_report" if who != "planner" else ""
        with scope.acting(scope.of_appointment(appointment, at=at, purpose=purpose)):
            assert SelfReport.objects.count() == n

    def test_nobody_sees_them_without_a_purpose(self, resident, town):
        tell(resident, town.stair, ILL)
        with scope.acting(scope.of_appointment(town.worker, at=timezone.now())):
            assert SelfReport.objects.count() == 0

    def test_nobody_changes_them(self, resident, town):
        tell(resident, town.code, ILL)
        with scope.acting(taking(at=timezone.now())), pytest.raises(Exception, match="denied"):
            SelfReport.objects.update(has_symptoms=False)


class TestItEnds:
    def test_after_28_days_with_a_certificate(self, resident, town):
        tell(resident, town.code)
        at = timezone.now()
        retention.delete_due(at=at + timedelta(days=27))
        with scope.acting(taking(at=at)):
            assert SelfReport.objects.count() == 1
        retention.delete_due(at=at + timedelta(days=29))
        with scope.acting(taking(at=at)):
            assert SelfReport.objects.count() == 0
        with factories.as_owner_of_rows():
            assert Certificate.objects.filter(what="portal.SelfReport").exists()

    def test_what_stays_in_the_request_that_calls_back_is_said_where_it_is_deleted(
        self, resident, town
    ):
        stays = "keeps your answers, your address and your telephone, until 28 days after it is"
        assert stays in text_of(tell(resident, town.code, ILL))
        assert text_of(resident.get(f"/c/{town.code}/own/")).count(stays) == 1
        rules = look_up.packs_at(COMMUNITY, timezone.now())
        kind, _ref = rules.kind("symptom_call_back")
        assert set(kind.retention_days.values()) == {28}

    def test_nothing_stays_where_nobody_is_called(self, resident, town):
        assert "keeps your answers" not in text_of(tell(resident, town.code))
        assert "keeps your answers" not in text_of(resident.get(f"/c/{town.code}/own/"))

    def test_whoever_takes_it_back_says_when(self, resident, town, box):
        """No operation reads the clock itself."""
        tell(resident, town.code)
        row = SelfReport.objects.get()
        said = {"key": row.key, "phone": bytes(row.phone_index)}
        with pytest.raises(TypeError, match="at"):
            screening.forget(**said)
        assert screening.forget(**said, at=timezone.now()) == 1

    def test_at_once_when_whoever_reported_wants_it(self, resident, town, box):
        tell(resident, town.code)
        key = SelfReport.objects.get().key
        prove(resident, "+8613900139000")
        resident.post(f"/c/{town.code}/check/{key}/forget/")
        assert SelfReport.objects.count() == 1  # another telephone takes back nothing
        prove(resident)
        resident.post(f"/c/{town.code}/check/{key}/forget/")
        assert SelfReport.objects.count() == 0


class TestFloods:
    def test_without_a_telephone_that_was_proven_nothing_is_taken(self, english, town, box):
        answer = english.post(f"/c/{town.code}/check/", FINE)
        assert answer["Location"].startswith(f"/c/{town.code}/phone/")
        assert not SelfReport.objects.exists()

    def test_one_telephone_reports_for_three_homes_and_hears_why_not_for_a_fourth(
        self, resident, town, box
    ):
        for n in range(12):
            answer = tell(resident, town.code, home=f"{n}栋101")
        assert SelfReport.objects.count() == 3
        assert answer.status_code == 409
        assert "for 3 homes within a day" in text_of(answer)
        assert "Thank you" in text_of(tell(resident, town.code, home="1栋 101"))  # its own, again

    def test_a_family_with_several_telephones_at_one_address_is_not_shut_out(
        self, english, town, box
    ):
        for n in range(9):
            prove(english, f"+861380013800{n}")
            assert "Thank you" in text_of(tell(english, town.code))

    def test_one_telephone_that_reports_all_day_is_told_that_it_is_enough(
        self, resident, town, box
    ):
        for _turn in range(screening.MOST_REPORTS):
            assert "Thank you" in text_of(tell(resident, town.code))
        answer = tell(resident, town.code)
        assert answer.status_code == 409
        assert "reported often enough" in text_of(answer)

    def test_a_home_that_cries_wolf_keeps_one_call_and_is_told_whom_to_call(
        self, resident, town, box
    ):
        for n in range(6):
            tell(resident, town.code, ILL | {"a.n_people": str(n + 1)})
        assert Matter.objects.count() == screening.MOST_CALLS

    def test_a_line_that_is_full_keeps_the_answers_and_says_when_to_come(
        self, resident, town, monkeypatch
    ):
        def full(told):
            raise Busy

        monkeypatch.setattr(screening, "tell", full)
        answer = tell(resident, town.code, ILL)
        page = text_of(answer)
        assert (answer.status_code, answer["Retry-After"]) == (503, "15")
        assert "Your answers are still here" in page
        assert "2单元501" in page
        assert 'value="fever" checked' in page
