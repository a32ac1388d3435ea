"""Figures: right, of one's own places alone, and without a number or a small count of people."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.calls import acting_as
from tests.kapok.hotline.conftest import CITY, OTHER_STREET, STREET
from tests.kapok.hotline.done import a_back, a_call, browser
from tests.kapok.portal.conftest import text_of

from kapok.access.scope import acting, of_account
from kapok.hotline.models import Line, Need, RiskScreen
from kapok.hotline.queries import figures, half_hours
from kapok.packs.models import Pack
from kapok.planning.hotlines.running import Asked, run

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def of(town):
    """The figures as somebody sees them, an hour after noon."""

    def found(who="hotline_lead", *, line=None, period="today"):
        at = town.at + timedelta(hours=1)
        with acting_as(getattr(town, who), at, purpose=""):
            return figures.figures(period=period, line=line, at=at)

    return found


def calls(town, n, *, at=None, line=None, by=None, same=False, **more):
    return [
        a_call(
            town, (at or town.at) + k * MINUTE, line=line, by=by,
            phone="+8613800138000" if same else f"+86138001380{10 + k}", **more,
        )
        for k in range(n)
    ]  # fmt: skip


def test_calls_waits_and_talks_are_counted_by_line_and_in_all(town, of):
    calls(town, 6, by=town.operator)
    calls(town, 2)
    calls(town, 1, state="ABANDONED")
    slow = town.at + timedelta(seconds=50)
    calls(town, 1, by=town.operator, answered_at=slow)
    calls(town, 3, line=town.other_line, by=town.other_operator)
    found = of()
    whole = found.all
    assert (whole.n, whole.n_answered, whole.n_in_time) == (10, 7, 6)
    assert (whole.n_abandoned, whole.n_missed) == (1, 2)
    assert whole.wait_s == pytest.approx((6 * 10 + 50) / 7)
    assert whole.wait_p95_s == 50
    assert whole.wrap_s == pytest.approx(60)
    assert [line.name for line in found.lines] == ["中南街红棉热线"]
    assert (found.day.most, sum(bar.n for bar in found.day.bars)) == (10, 10)
    assert of(line=town.other_line.pk).all.n == 0, "another street's line counts nothing here"


def test_our_own_calls_are_no_calls_that_came_in(town, of):
    calls(town, 2, by=town.operator, way="OUT")
    assert (of().all.n, of().all.n_out) == (0, 2)


def test_a_period_begins_at_midnight(town, of):
    a_call(town, town.at - timedelta(days=1))
    a_call(town, town.at - timedelta(days=29))
    a_call(town, town.at - timedelta(days=31))
    assert [of(period=each).all.n for each in ("today", "7", "30", "nonsense")] == [0, 1, 2, 1]


class TestCallers:
    def test_they_are_counted_once_each_and_as_counts_alone(self, town, of):
        calls(town, 12, by=town.operator)
        calls(town, 8, same=True)
        callers = of().callers
        assert (callers.n, callers.n_answered, callers.n_calls) == (13, 12, 20)
        assert callers.of_ten == pytest.approx((8 + 9) / 20)

    @pytest.mark.parametrize(("n", "told"), [(0, 0), (1, None), (4, None), (5, 5)])
    def test_fewer_than_five_are_not_told(self, town, of, n, told):
        calls(town, n)
        assert of().callers.n == told
        page = text_of(browser(town.hotline_lead).get("/hotline/figures/"))
        assert page

    def test_a_stranger_counts_nobody_of_another_place(self, town, of):
        calls(town, 9, by=town.operator)
        town.far = factories.Appointment(role="hotline_lead", place=OTHER_STREET)
        assert of("far").callers.n == 0
        assert of("far").needs == ()

    def test_a_stranger_counts_no_danger_of_another_place(self, town, of):
        for call in calls(town, 9, by=town.operator):
            with factories.as_owner_of_rows():
                RiskScreen.objects.create(
                    call=call, place=call.place, level=3, answers=b"", at=town.at,
                    by=town.operator.account, pack=Pack.objects.get(),
                )  # fmt: skip
        town.far = factories.Appointment(role="hotline_lead", place=OTHER_STREET)
        assert {n for _label, n in of("far").risks} == {0}

    @pytest.mark.parametrize("function", ["hotline_callers", "hotline_wanted", "hotline_dangers"])
    def test_who_may_not_count_is_told_nothing_by_the_database_itself(self, town, function):
        for call in calls(town, 9, by=town.operator):
            with factories.as_owner_of_rows():
                Need.objects.create(call=call, category="medicine", at=town.at)
                RiskScreen.objects.create(
                    call=call, place=call.place, level=3, answers=b"", at=town.at,
                    by=town.operator.account, pack=Pack.objects.get(),
                )  # fmt: skip
        asked = f"SELECT * FROM {function}('2000-01-01', '2100-01-01', NULL)"
        who = of_account(town.worker.account_id, at=town.at)
        for acts in (acting(who), acting_as(town.worker, town.at, purpose="")):
            with acts, connection.cursor() as cursor:
                cursor.execute(asked)
                assert all(not any(row) for row in cursor.fetchall())

    def test_what_comes_out_holds_neither_number_nor_index(self, town):
        calls(town, 9)
        asked = "SELECT * FROM hotline_callers('2000-01-01', '2100-01-01', NULL)"
        with acting_as(town.hotline_lead, town.at, purpose=""), connection.cursor() as cursor:
            cursor.execute(asked)
            assert cursor.fetchall() == [(9, 0, 9, 9)]


class TestNeedsAndRisks:
    def test_needs_are_counts_by_their_names_and_small_ones_are_not_told(self, town, of):
        made = calls(town, 7, by=town.operator)
        with factories.as_owner_of_rows():
            for n, call in enumerate(made):
                category = "medicine" if n < 5 else "baby"
                Need.objects.create(call=call, category=category, at=town.at)
        for who in ("hotline_lead", "planner"):
            assert of(who).needs == (("Medicine", 5), ("Baby goods", None))

    def test_levels_of_danger_are_for_the_lead_alone(self, town, of):
        for n, call in enumerate(calls(town, 7, by=town.operator)):
            for level in (1, 3) if n < 5 else (2,):
                with factories.as_owner_of_rows():
                    RiskScreen.objects.create(
                        call=call, place=call.place, level=level, answers=b"", at=town.at,
                        by=town.operator.account, pack=Pack.objects.get(),
                    )  # fmt: skip
        told = [n for _label, n in of().risks]
        assert told == [0, 0, None, 5, 0], "the highest of each call, and few of a level untold"
        assert of("planner").risks == ()


def test_call_backs_in_time_are_those_that_were_reached_by_then(town, of):
    [call] = calls(town, 1)
    for n, (state, late) in enumerate(
        [("DONE", -1), ("DONE", 1), ("GIVEN_UP", 1), ("WAITING", 0), ("CANCELLED", 0)]
    ):
        due = town.at + 20 * MINUTE
        ended = due + late * MINUTE if late else None
        a_back(call, due, state=state, ended_at=ended, step=str(n))
    backs = of().backs
    assert (backs.n, backs.n_in_time, backs.n_reached, backs.n_given_up) == (4, 1, 2, 1)


class TestPages:
    def test_the_page_says_it_to_who_may_count(self, town):
        calls(town, 3, by=town.operator, at=timezone.now() - 9 * MINUTE)
        for who in (town.hotline_lead, town.planner):
            page = text_of(browser(who).get("/hotline/figures/"))
            assert "中南街红棉热线" in page
            assert "&lt;5" in page
        assert "Highest level of danger" not in page
        for who in (town.operator, town.worker, town.lead):
            for address in ("", "calls.csv", "half-hours.csv"):
                assert browser(who).get(f"/hotline/figures/{address}").status_code == 403

    def test_it_goes_out_as_a_table_that_runs_nothing(self, town):
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.line.pk).update(name_zh="=HYPERLINK()")
        calls(town, 3, by=town.operator, at=timezone.now() - 9 * MINUTE)
        text = browser(town.planner).get("/hotline/figures/calls.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[2][0] == "'=HYPERLINK()"
        assert rows[-1][:4] == ["All lines", "", "3", "3"]

    @pytest.mark.parametrize("line", ["x", "01a2179e-8476-7245-8549-fccb758a9cc1"])
    def test_a_line_that_is_none_is_a_sentence(self, town, line):
        answer = browser(town.planner).get(f"/hotline/figures/?line={line}&period=9")
        assert answer.status_code == 409
        assert "There is no such line" in text_of(answer)

    def test_a_city_counts_all_its_streets(self, town):
        calls(town, 1, at=timezone.now() - 9 * MINUTE)
        calls(town, 1, line=town.other_line, at=timezone.now() - 9 * MINUTE)
        command = factories.Appointment(role="city_command", place=CITY)
        page = text_of(browser(command).get("/hotline/figures/"))
        assert "中南街红棉热线" in page
        assert "桥中街红棉热线" in page


class TestPlanning:
    def test_half_hours_of_four_weeks_are_what_the_planner_reads(self, town, tmp_path, capsys):
        day = timezone.localtime(town.at).replace(hour=9, minute=0)
        for back in range(1, 29):
            for minute in (1, 20, 40):
                a_call(town, day - timedelta(days=back) + minute * MINUTE, by=town.operator)
        with acting_as(town.hotline_lead, town.at, purpose=""):
            rows = [each.row for each in half_hours.half_hours(at=town.at)]
        assert len(rows) == 28 * 48
        assert sum(row[1] for row in rows) == 84
        assert {row[2:] for row in rows} == {(360, "GENERAL")}
        file = tmp_path / "half-hours.csv"
        with file.open("w", newline="", encoding="utf-8-sig") as out:
            csv.writer(out).writerows([half_hours.HEADING, *rows])
        run(Asked(
            intervals=file, output=None, picture=None, given={}, streets=None, columns={},
            skip_bad=False, refused=None, as_json=False,
        ))  # fmt: skip
        said = capsys.readouterr().out
        assert "84" in said

    def test_today_and_other_places_are_left_out(self, town):
        a_call(town, town.at)
        a_call(town, town.at - timedelta(days=2), line=town.other_line)
        with acting_as(town.planner, town.at, purpose=""):
            assert [each for each in half_hours.half_hours(at=town.at) if each.calls] == []

    def test_where_nobody_called_there_is_nothing_to_plan(self, town):
        answer = browser(town.planner).get("/hotline/figures/half-hours.csv")
        assert answer.status_code == 409
        assert "nothing to plan" in text_of(answer)
        assert town.line.place == STREET
