"""Whoever called about a matter is asked whether it helped, when it is closed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from tests import factories
from tests.kapok.hotline.done import a_call

from kapok.hotline import hooks
from kapok.hotline.models import CallBack, Need
from kapok.ids import uuid7
from kapok.matters.operations import telling

HOUR = timedelta(hours=1)


@pytest.mark.django_db
class TestAfterAMatter:
    @pytest.fixture
    def settle(self, town, monkeypatch):
        """Close a matter that was opened in a call, so far as the hotline hears of it."""

        def of(**noted):
            call = a_call(town, town.at, by=town.operator, **noted)
            with factories.as_owner_of_rows():
                need = Need.objects.create(
                    call=call, category="medicine", matter=uuid7(), at=town.at
                )
            effect = SimpleNamespace(
                matter=SimpleNamespace(id=need.matter),
                event=SimpleNamespace(before="CHECKED", after="CLOSED"),
            )
            hooks.hear([effect], {}, town.at + HOUR)
            with factories.as_owner_of_rows():
                return list(CallBack.objects.all())

        return of

    def test_whoever_called_about_it_is_asked_a_day_later_whether_it_helped(self, settle, town):
        [back] = settle()
        assert (back.why, back.step, back.due_at) == ("FOLLOW_UP", "done", town.at + 25 * HOUR)

    def test_nobody_is_called_who_could_not_speak_freely_or_withheld_their_number(self, settle):
        assert settle(is_discreet=True) == []
        assert settle(phone="") == []

    def test_a_matter_that_is_opened_again_or_of_nobody_who_called_owes_nothing(self, town):
        a_call(town, town.at, by=town.operator)
        effect = SimpleNamespace(
            matter=SimpleNamespace(id=uuid7()), event=SimpleNamespace(before="X", after="CLOSED")
        )
        hooks.hear([effect], {}, town.at)
        with factories.as_owner_of_rows():
            assert not CallBack.objects.exists()

    def test_the_hotline_hears_of_all_moves(self):
        assert hooks.hear in telling.HEARERS
