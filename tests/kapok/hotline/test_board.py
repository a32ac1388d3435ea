"""The board: each sees the lines of their reach."""

import pytest
from tests import factories
from tests.kapok.hotline.calls import acting_as, after, answer, sit, tell
from tests.kapok.hotline.conftest import CITY
from tests.kapok.hotline.talking import browser, text

from kapok.access import scope
from kapok.errors import NotAllowed
from kapok.hotline.operations import answering, seats
from kapok.hotline.queries import board

pytestmark = pytest.mark.django_db


class TestBoard:
    def test_each_sees_the_lines_of_their_reach(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.other_operator, town.other_line)
        tell(town, "ringing")
        command = factories.Appointment(role="city_command", place=CITY)
        reach = {}
        for name, who in (
            ("worker", town.operator), ("lead", town.hotline_lead), ("city", command),
            ("district", town.district_operator),
        ):  # fmt: skip
            with scope.acting(scope.of_appointment(who, at=town.at)):
                found = board.board(at=town.at)
            reach[name] = (len(found.lines), sum(found.n_seats.values()), found.n_ringing)
        assert reach == {
            "worker": (1, 1, 1), "lead": (1, 1, 1), "city": (4, 2, 1), "district": (3, 2, 1),
        }  # fmt: skip
        with (
            scope.acting(scope.of_appointment(town.lead, at=town.at)),
            pytest.raises(NotAllowed),
        ):
            board.board(at=town.at)

    def test_an_offer_from_elsewhere_is_on_no_board_of_its_receiver(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.other_operator, town.other_line)
        call = tell(town, "ringing").id
        answer(town, town.operator, call)
        by, to = town.operator.account_id, town.other_operator.account_id
        with acting_as(town.operator, town.at):
            answering.offer(call=call, by=by, at=town.at, to_account=to)
        with acting_as(town.other_operator, after(town, 5)):
            assert board.board(at=after(town, 5)).sums["n_answered"] == 0
        with acting_as(town.operator, after(town, 5)):
            assert board.board(at=after(town, 5)).sums["n_answered"] == 1

    def test_on_a_telephone_who_is_free_or_talks_stands_before_the_lines(self, town):
        sit(town, town.operator, town.line)
        sit(town, town.second, town.line)
        sit(town, town.hotline_lead, town.line)
        answer(town, town.operator, tell(town, "ringing").id)
        with acting_as(town.hotline_lead, town.at):
            seats.take_break(by=town.hotline_lead.account_id, at=town.at)
        shown = text(browser(town.hotline_lead).get("/hotline/board/"))
        people = shown[shown.index('id="ring-people"') : shown.index('class="ring-lines"')]
        free, talks = str(town.second.account), str(town.operator.account)
        assert people.index(free) < people.index(talks)
        assert str(town.hotline_lead.account) not in people
        assert f'<details class="ring-fold" id="fold-{town.line.pk}"><summary>' in shown
