"""Where a call rings: at its line, then further up; who sees it there."""

from datetime import timedelta

import pytest
from tests import factories
from tests.kapok.hotline.calls import acting_as, after, rings_for, sit, stored, tell
from tests.kapok.hotline.conftest import DISTRICT, a_line

from kapok.hotline import hours
from kapok.hotline.models import Line
from kapok.hotline.queries import queue

pytestmark = pytest.mark.django_db
NIGHT = {"1": [["20:00", "08:00"]], "2": [["00:00", "24:00"]]}


class TestHours:
    @pytest.mark.parametrize(
        ("day", "hour", "is_open"),
        [
            (2, "19:59", False), (2, "20:00", True), (3, "07:59", True), (3, "08:00", True),
            (3, "23:59", True), (4, "00:00", False),
        ],
    )  # fmt: skip
    def test_nights_go_on_over_midnight(self, town, day, hour, is_open):
        clock, minute = map(int, hour.split(":"))
        at = town.at.replace(day=day) + timedelta(hours=clock - 12, minutes=minute)  # noon there
        assert hours.is_open(NIGHT, at) is is_open
        assert hours.is_open({}, at)


class TestWhereItRings:
    def test_at_its_line_then_the_district_s_then_the_city_s(self, town):
        for who, line in (
            (town.operator, town.line),
            (town.district_operator, town.district_line),
            (town.city_operator, town.city_line),
            (town.other_operator, town.other_line),
        ):
            sit(town, who, line)
        call = tell(town, "ringing").id
        heard = {
            who: [
                name
                for name in ("operator", "other_operator", "district_operator", "city_operator")
                if rings_for(town, getattr(town, name), after(town, who))
            ]
            for who in (0, 19, 20, 39, 40)
        }
        assert heard == {
            0: ["operator"],
            19: ["operator"],
            20: ["operator", "district_operator"],
            39: ["operator", "district_operator"],
            40: ["operator", "district_operator", "city_operator"],
        }
        assert rings_for(town, town.operator, town.at) == [call]

    def test_at_once_further_up_where_nobody_is_free(self, town):
        sit(town, town.district_operator, town.district_line)
        tell(town, "ringing", "c1")
        call = stored()
        assert (call.district_at, call.city_at) == (town.at, after(town, 20))

    def test_at_once_at_the_city_s_where_nobody_sits_below(self, town):
        tell(town, "ringing")
        assert (stored().district_at, stored().city_at) == (town.at, town.at)

    def test_at_once_further_up_outside_the_line_s_hours(self, town):
        sit(town, town.operator, town.line)
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.line.pk).update(hours={"7": [["08:00", "20:00"]]})
        tell(town, "ringing")
        assert stored().district_at == town.at
        assert rings_for(town, town.operator, town.at)  # who sits there all the same hears it

    def test_where_there_is_no_district_line_the_city_s_follows(self, town):
        sit(town, town.operator, town.line)
        with factories.as_owner_of_rows():
            Line.objects.filter(pk=town.district_line.pk).update(retired_at=town.at)
        tell(town, "ringing")
        assert (stored().district_at, stored().city_at) == (None, after(town, 20))

    def test_a_psychological_call_goes_to_lines_of_its_kind_where_there_are_any(self, town):
        with factories.as_owner_of_rows():
            own = a_line(town.line.place, "STREET", "心理", "020-8111 0003", at=town.at)
            above = a_line(DISTRICT, "DISTRICT", "区心理", "020-8111 0101", at=town.at)
            Line.objects.filter(pk__in=[own.pk, above.pk]).update(kind="PSYCHOLOGICAL")
            listener = factories.Appointment(role="hotline_worker", place=DISTRICT)
        sit(town, town.district_operator, town.district_line)
        sit(town, town.city_operator, town.city_line)
        sit(town, listener, above)
        tell(town, "ringing", line="020-8111 0003")
        late = after(town, 60)
        assert rings_for(town, listener, late)
        assert not rings_for(town, town.district_operator, late)
        assert rings_for(town, town.city_operator, late)  # the city has no line of that kind

    def test_one_number_that_rings_a_hundred_times_hides_nobody(self, town):
        sit(town, town.operator, town.line)
        for n in range(8):
            tell(town, "ringing", f"c{n}", seconds=n / 10)
        tell(town, "ringing", "other", seconds=1, phone="139 0013 9000")
        with acting_as(town.operator, after(town, 2)):
            found = queue.queue(queue.seat_of(town.operator.account_id), at=after(town, 2))
        assert [row.n_more for row in found.rows] == [0, 0, 5, 0]
        assert found.n == 9

    def test_numbers_are_masked(self, town):
        sit(town, town.operator, town.line)
        tell(town, "ringing")
        tell(town, "ringing", "c2", phone="")
        with acting_as(town.operator, town.at, purpose=""):
            found = queue.queue(queue.seat_of(town.operator.account_id), at=town.at)
        assert [row.phone for row in found.rows] == ["138*****000", "Number withheld"]
