"""Who can sign in to a new box, whatever town is in it."""

import threading

import pytest
from django.utils import timezone

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import ROLES
from kapok.box import demo, first_load
from kapok.codes import Level
from kapok.places.models import Area


def area(code, level, name, parent=None):
    """A standing area."""
    return Area.objects.create(
        code=code, level=level, name_zh=name, parent=parent, valid_from=timezone.now()
    )


@pytest.mark.django_db
class TestEnsureAccounts:
    def test_each_account_has_its_place_in_another_town(self):
        province = area(440000000000000, Level.PROVINCE, "广东省")
        city = area(440100000000000, Level.CITY, "广州市", province)
        district = area(440104000000000, Level.DISTRICT, "越秀区", city)
        street = area(440104001000000, Level.STREET, "洪桥街道", district)
        community = area(440104001001000, Level.COMMUNITY, "越秀北社区", street)

        assert first_load.ensure_accounts()

        places = dict(User.objects.values_list("username", "place"))
        assert places["community"] == places["gate"] == community.code
        assert places["street"] == places["dispatcher"] == street.code
        assert places["district"] == places["auditor"] == district.code

    def test_each_has_its_role_over_its_place_since_a_month(self):
        province = area(440000000000000, Level.PROVINCE, "广东省")
        street = area(440104001000000, Level.STREET, "洪桥街道", province)
        area(440104001001000, Level.COMMUNITY, "越秀北社区", street)

        assert first_load.ensure_accounts()

        lead = User.objects.get(username="community")
        [held] = scope.held_by(lead, at=timezone.now())
        assert held.role == "community_lead"
        assert held.ranges == ((440104001001000, 440104001002000),)
        assert "越秀北社区" in lead.name
        assert "演示" in lead.name

    def test_a_level_that_the_town_lacks_leaves_the_place_open(self):
        area(440000000000000, Level.PROVINCE, "广东省")

        assert first_load.ensure_accounts()

        assert set(User.objects.values_list("place", flat=True)) == {None}
        assert User.objects.get(username="street").name == "演示 Demo · 街道负责人 street lead"

    def test_every_role_but_the_residents_and_wider_commands_can_be_tried(self):
        tried = {part.role for part in demo.CAST + demo.SECOND_HATS}

        assert tried <= set(ROLES)
        assert {"auditor", "data_protection_officer", "gate_keeper", "grid_worker"} <= tried
        for part in demo.CAST + demo.SECOND_HATS:
            assert part.level in ROLES[part.role].levels

    def test_nobody_is_added_to_a_box_that_somebody_can_sign_in_to(self):
        User.objects.create_user("li", password="a-password-of-mine")

        assert not first_load.ensure_accounts()

        assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_town_that_is_there_stays_alone():
    area(440000000000000, Level.PROVINCE, "广东省")

    assert not first_load.ensure_town()
    assert Area.objects.count() == 1


def test_the_clock_of_a_bar_goes_on_while_nothing_advances(monkeypatch):
    seen = threading.Event()

    class Bar:
        refresh = staticmethod(seen.set)

    monkeypatch.setattr(first_load, "TICK_S", 0.01)

    with first_load._ticking(Bar()):
        assert seen.wait(5)
