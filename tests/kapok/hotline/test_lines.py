"""Lines: who keeps them, what they may be, when they are open, and how residents read of them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404
from django.utils import timezone, translation
from tests import factories
from tests.kapok.hotline.calls import acting_as, sit
from tests.kapok.hotline.conftest import CITY, COMMUNITY, DISTRICT, OTHER_STREET, STREET
from tests.kapok.hotline.done import a_call, browser
from tests.kapok.portal.conftest import text_of

from kapok.access.models import Look
from kapok.errors import NotAllowed, Refused
from kapok.hotline import opening
from kapok.hotline.drafts import Draft
from kapok.hotline.hours import is_open
from kapok.hotline.models import Line
from kapok.hotline.operations import lines
from kapok.hotline.queries import lines as queries
from kapok.hotline.workflow import State
from kapok.portal import numbers, rendering

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
GOOD = Draft(place=STREET, level="STREET", name_zh="夜间热线", number="020-8222 3333")
FORM = {
    "area": f"{STREET}:STREET", "name_zh": "夜间热线", "name_en": "Night line",
    "number": "020-8222 3333", "kind": "GENERAL", "least_seats": "1", "overflow_s": "20",
    "always": "on",
}  # fmt: skip


@pytest.fixture
def make(town):
    def of(who="hotline_lead", **more):
        held = getattr(town, who)
        with acting_as(held, town.at, purpose=""):
            draft = Draft(**vars(GOOD) | more)
            return lines.make(draft=draft, by=held.account_id, at=town.at)

    return of


class TestKeeping:
    def test_its_number_is_kept_as_it_is_announced_and_as_it_is_dialled(self, make):
        line = make()
        assert (line.number, line.dialled) == ("020-8222 3333", "+862082223333")
        assert make(number="123 56").dialled == "12356"

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"number": "12"}, "is not a telephone number"),
            ({"number": "120"}, "is not a telephone number"),
            ({"number": "我的电话"}, "is not a telephone number"),
            ({"number": "020-8111 0001"}, "that of “中南街红棉热线” already"),
            ({"number": "(020) 81110002"}, "that of “桥中街红棉热线” already"),
            ({"name_zh": " ", "name_en": " "}, "Give the line a name"),
            ({"kind": "PSYCHOLOGICAL"}, "at least 2 seats"),
            ({"kind": "GOSSIP"}, "what the line is for"),
            ({"least_seats": 0}, "1 to 500 seats"),
            ({"overflow_s": 301}, "Write 0 to 300 seconds"),
            ({"overflow_s": -1}, "Write 0 to 300 seconds"),
            ({"place": COMMUNITY, "level": "COMMUNITY"}, "a street, a district or a city"),
            ({"level": "CITY"}, "a street, a district or a city"),
        ],
    )
    def test_what_cannot_be_is_a_sentence(self, make, more, said):
        with pytest.raises(Refused, match=said.replace("(", r"\(")):
            make(**more)

    def test_a_line_for_psychological_support_has_two_seats(self, make):
        assert make(kind="PSYCHOLOGICAL", least_seats=2).least_seats == 2

    def test_a_number_of_a_line_out_of_use_is_free_again(self, make, town):
        with acting_as(town.hotline_lead, town.at, purpose=""):
            lines.retire(line_id=town.line.pk, by=town.hotline_lead.account_id, at=town.at)
        assert make(number="020-8111 0001").dialled == town.line.dialled

    @pytest.mark.parametrize("who", ["operator", "worker", "lead"])
    def test_others_keep_none(self, make, who):
        with pytest.raises(NotAllowed):
            make(who)

    def test_the_line_of_a_district_is_not_a_streets_to_keep(self, make, town):
        with factories.as_owner_of_rows():
            factories.Community(code=DISTRICT, level="DISTRICT", name_zh="荔湾区")
        with pytest.raises(NotAllowed):
            make(place=DISTRICT, level="DISTRICT")
        with acting_as(town.hotline_lead, town.at, purpose=""), pytest.raises(NotAllowed):
            lines.retire(line_id=town.other_line.pk, by=None, at=town.at)

    def test_it_stays_at_its_place_and_changes_otherwise(self, make, town):
        line = make()
        with acting_as(town.hotline_lead, town.at, purpose=""):
            changed = Draft(**vars(GOOD) | {"overflow_s": 30, "name_en": "Night"})
            lines.change(line_id=line.pk, draft=changed, by=None, at=town.at)
            with pytest.raises(Refused, match="stays at its place"):
                lines.change(
                    line_id=line.pk, draft=Draft(**vars(GOOD) | {"place": CITY}), by=None,
                    at=town.at,
                )  # fmt: skip
        assert Line.objects.get(pk=line.pk).overflow_s == 30

    def test_it_goes_out_of_use_when_nobody_sits_or_talks_there(self, town):
        def retire():
            with acting_as(town.hotline_lead, town.at, purpose=""):
                lines.retire(line_id=town.line.pk, by=town.hotline_lead.account_id, at=town.at)

        sit(town, town.operator, town.line)
        with pytest.raises(Refused, match="Somebody sits at this line"):
            retire()
        with factories.as_owner_of_rows():
            town.line.seats.update(left_at=town.at)
        call = a_call(town, town.at, state=State.RINGING, ended_at=None)
        with pytest.raises(Refused, match="not closed yet"):
            retire()
        with factories.as_owner_of_rows():
            type(call).objects.update(state=State.MISSED)
        retire()
        with pytest.raises(Http404):
            retire()


class TestHours:
    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("08:00–20:00", [["08:00", "20:00"]]),
            ("8-12, 14:00-18:30", [["08:00", "12:00"], ["14:00", "18:30"]]),
            ("8：00至12：00；14～18", [["08:00", "12:00"], ["14:00", "18:00"]]),
            ("2000-0800", [["20:00", "08:00"]]),
            ("18:00-24:00", [["18:00", "00:00"]]),
        ],
    )  # fmt: skip
    def test_they_are_read_as_people_write_them(self, typed, kept):
        assert opening.read({"1": typed}) == {"1": kept}

    @pytest.mark.parametrize(
        ("days", "said"),
        [
            ({"1": "always"}, "no span of time"),
            ({"1": "08:00-25:00"}, "no span of time"),
            ({"1": "08:00"}, "no span of time"),
            ({}, "on one day at least"),
            ({"1": "08:00-12:00, 11:00-14:00"}, "meet on Mon"),
            ({"1": "20:00-08:00", "2": "07:00-09:00"}, "meet on Tue"),
            ({"7": "20:00-08:00", "1": "07:00-09:00"}, "meet on Mon"),
            ({"1": "1-2,3-4,5-6,7-8,9-10"}, "at most 4 spans"),
        ],
    )
    def test_what_cannot_be_read_is_a_sentence(self, days, said):
        with pytest.raises(Refused, match=said):
            opening.read(days)

    def test_what_was_typed_comes_back(self):
        hours = opening.read({"1": "20:00-08:00", "6": "9-12,13-18"})
        assert opening.typed(hours)["6"] == "09:00–12:00, 13:00–18:00"
        assert opening.read(opening.typed(hours)) == hours

    def test_a_span_goes_over_midnight(self):
        hours = opening.read({"7": "20:00-08:00"})
        sunday = datetime(2026, 3, 1, 20, 0, tzinfo=SHANGHAI)
        open_at = [sunday + timedelta(hours=h) for h in (0, 4, 11.9)]
        assert all(is_open(hours, at) for at in open_at)
        assert not is_open(hours, sunday - timedelta(minutes=1))
        assert not is_open(hours, sunday + timedelta(hours=12))

    def test_they_are_told_in_plain_words(self):
        week = {str(day): "08:00-20:00" for day in range(1, 6)}
        assert opening.said({}) == "day and night"
        assert opening.said(opening.read(week)) == "Mon–Fri 08:00–20:00"
        assert opening.said(opening.read(week | {"7": "9-12"})) == (
            "Mon–Fri 08:00–20:00; Sun 09:00–12:00"
        )
        every = {str(day): "08:00-20:00" for day in range(1, 8)}
        assert opening.said(opening.read(every)) == "daily 08:00–20:00"
        with translation.override("zh-hans"):
            assert "08:00–20:00" in opening.said(opening.read(week))


class TestPages:
    def test_a_line_is_opened_changed_and_taken_out_of_use(self, town):
        lead = browser(town.hotline_lead)
        assert "Open a line" in text_of(lead.get("/hotline/lines/"))
        assert lead.post("/hotline/lines/new/", FORM)["Location"] == "/hotline/lines/"
        line = Line.objects.get(name_en="Night line")
        page = f"/hotline/lines/{line.pk}/"
        assert "Night line" in text_of(lead.get(page))
        weekly = FORM | {"day_1": "20:00-08:00", "overflow_s": "5"}
        del weekly["always"]
        assert lead.post(page, weekly).status_code == 302
        line.refresh_from_db()
        assert (line.hours, line.overflow_s) == ({"1": [["20:00", "08:00"]]}, 5)
        assert "20:00–08:00" in text_of(lead.get(page))
        assert lead.post(f"{page}retire/").status_code == 302
        assert lead.get(page).status_code == 404

    def test_a_refusal_keeps_what_was_typed(self, town):
        lead = browser(town.hotline_lead)
        for more, said in (
            ({"number": "020-8111 0001"}, "already"),
            ({"kind": "PSYCHOLOGICAL"}, "at least 2 seats"),
            ({"always": "", "day_1": "whenever"}, "no span of time"),
            ({"area": f"{OTHER_STREET}:STREET"}, "Select a valid choice"),
            ({"overflow_s": "soon"}, "Enter a whole number"),
        ):
            answer = lead.post("/hotline/lines/new/", FORM | more)
            assert answer.status_code == 422
            assert said in text_of(answer)
            assert "夜间热线" in text_of(answer)

    def test_all_that_is_wrong_is_said_at_once_beside_its_field(self, town):
        wrong = {"number": "12ab", "overflow_s": "-5", "always": "", "day_1": "whenever"}
        shown = text_of(browser(town.hotline_lead).post("/hotline/lines/new/", FORM | wrong))
        assert "is not a telephone number" in shown
        assert "Write 0 to 300 seconds" in shown
        assert "no span of time" in shown

    def test_streets_without_a_line_are_listed(self, town):
        with factories.as_owner_of_rows():
            factories.Community(code=DISTRICT, level="DISTRICT", name_zh="荔湾区")
            factories.Community(code=440103020000000, level="STREET", name_zh="多宝街道")
        district = factories.Appointment(role="hotline_lead", place=DISTRICT)
        page = text_of(browser(district).get("/hotline/lines/"))
        assert "1 street has no line of its own" in page
        assert f"/hotline/lines/new/?area={440103020000000}:STREET" in page
        assert "多宝街道" in page

    def test_who_takes_calls_reads_of_the_lines_of_their_places_alone(self, town):
        page = text_of(browser(town.operator).get("/hotline/lines/"))
        assert "中南街红棉热线" in page
        assert "桥中街红棉热线" not in page
        assert "Open a line" not in page
        assert browser(town.operator).get("/hotline/lines/new/").status_code == 403
        assert browser(town.worker).get("/hotline/lines/").status_code == 403
        stranger = factories.Appointment(role="hotline_lead", place=OTHER_STREET)
        assert browser(stranger).get(f"/hotline/lines/{town.line.pk}/").status_code == 404

    def test_fewer_seats_than_must_be_are_red_while_the_line_is_open(self, town):
        assert "late-word" in text_of(browser(town.hotline_lead).get("/hotline/lines/"))
        sit(town, town.operator, town.line)
        assert "late-word" not in text_of(browser(town.hotline_lead).get("/hotline/lines/"))


class TestOnlineHome:
    def test_numbers_stand_there_with_what_to_say_in_danger(self, town, client):
        client.cookies["django_language"] = "en"
        page = text_of(client.get(f"/c/{town.code}/"))
        assert 'href="tel:+862081110001"' in page
        assert "day and night" in page
        assert page.count("If you cannot speak freely, say:") == 1
        assert "“Kapok flower tea”" in page
        assert "桥中街红棉热线" not in page
        assert page.index("中南街红棉热线") < page.index("荔湾区红棉热线")
        assert len(page.encode()) < 60_000

    def test_both_languages_have_them(self, town, client):
        page = text_of(client.get(f"/c/{town.code}/"))
        assert "“红棉花茶”" in page
        assert "020-8111 0001" in page

    def test_lines_that_are_open_come_first_and_closed_ones_say_so(self, town, client):
        local = timezone.localtime(town.at)
        closed = str((local + timedelta(days=3)).isoweekday())
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.line.pk).update(hours={closed: [["08:00", "09:00"]]})
        found = numbers.announced(COMMUNITY, at=town.at)
        labels = [each.label for each in found]
        assert labels[-1] == "中南街红棉热线"
        assert found[-1].is_closed
        assert "closed now" not in found[-1].hours  # posters hang for longer than a moment
        client.cookies["django_language"] = "en"
        assert f"{found[-1].hours}; closed now" in text_of(client.get(f"/c/{town.code}/"))
        assert [bool(each.note) for each in found].count(True) == 1

    def test_a_change_is_shown_within_a_second(self, town, client):
        assert "020-8111 0001" in text_of(client.get(f"/c/{town.code}/"))
        with acting_as(town.hotline_lead, town.at, purpose=""):
            lines.retire(line_id=town.line.pk, by=town.hotline_lead.account_id, at=town.at)
        from kapok.portal import standing  # noqa: PLC0415

        standing._KNOWN.checked_s = -1e9
        assert "020-8111 0001" not in text_of(client.get(f"/c/{town.code}/"))
        rendering.forget()

    def test_a_place_without_lines_says_nothing_of_them(self, town):
        assert queries.announced(110101001000000, at=town.at) == ()


def test_looking_at_lines_is_nobodys_trace(town):
    browser(town.operator).get("/hotline/lines/")
    with factories.as_owner_of_rows():
        assert not Look.objects.exists()
