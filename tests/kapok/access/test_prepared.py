"""A query whose SQL is built once says what the query says that it is made of."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from tests import factories

from kapok.access.models import Appointment, User
from kapok.access.prepared import Prepared
from kapok.access.scope import acting, held_by, of_account, of_box
from kapok.access.sessions import SessionStore
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.places.models import Area

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_name():
    return Prepared(lambda name: User.objects.filter(username=name)[:1])


def account(name):
    return User.objects.create(username=name, name=f"{name} 的名字")


class TestPrepared:
    def test_it_finds_the_rows_of_the_values_that_are_asked_for(self, by_name):
        first, second = account("first"), account("second")
        assert [by_name.first("first"), by_name.first("second")] == [first, second]
        assert by_name.first("nobody") is None
        assert by_name.first("second").name == "second 的名字"

    def test_it_asks_once_each_time(self, by_name, django_assert_num_queries):
        account("first")
        by_name.first("first")
        with django_assert_num_queries(2):
            by_name.first("first")
            by_name.first("first")

    def test_a_value_that_equals_a_constant_of_the_query_is_no_constant(self):
        account("same"), account("other")
        either = Prepared(
            lambda name: User.objects.filter(Q(username="same") | Q(username=name)).order_by("pk")
        )
        assert [each.username for each in either("same")] == ["same"]
        assert [each.username for each in either("other")] == ["same", "other"]

    def test_integers_are_of_the_size_that_their_column_has(self):
        at = timezone.now()
        places = Prepared(
            lambda lo, hi, now: Area.objects.filter(code__gte=lo, code__lt=hi, valid_from__lte=now)
            .order_by("code").values_list("code")
        )  # fmt: skip
        small, large = 110000000000000, 440000000000000
        with acting(of_box(at=at)):
            for code in (small, large):
                Area.objects.create(code=code, level=Level.PROVINCE, name_zh="某省", valid_from=at)
        assert places(0, large, at) == [(small,)]
        assert places(1, 10**15, at) == [(small,), (large,)]
        assert places(large, 10**15, at) == [(large,)]
        assert places(0, 300, at) == []
        assert places(0, 10**15, at - timedelta(days=1)) == []

    def test_its_plan_is_kept_by_postgresql(self, by_name):
        account("first")
        for _time in range(3):
            by_name.first("first")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans + custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE %s",
                ['%"username" = $1%'],
            )
            assert cursor.fetchall() == [(3,)]

    def test_what_is_joined_comes_with_its_rows(self, django_assert_num_queries):
        held = factories.Appointment()
        joined = Prepared(lambda key: Appointment.objects.select_related("account").filter(pk=key))
        with acting(of_account(held.account_id, at=timezone.now())):
            joined(held.pk)
            with django_assert_num_queries(1):
                [found] = joined(held.pk)
                assert (found.account, found.ranges) == (held.account, held.ranges)

    def test_tuples_come_where_the_query_says_so(self):
        made = account("first")
        keys = Prepared(lambda name: User.objects.filter(username=name).values_list("pk", "name"))
        assert keys("first") == [(made.pk, "first 的名字")]

    def test_a_value_that_is_no_parameter_is_a_mistake(self):
        with pytest.raises(TypeError, match="no plain parameter"):
            Prepared(lambda key: User.objects.all())(uuid7())

    def test_a_row_can_be_saved_like_any_other(self, by_name):
        account("first")
        found = by_name.first("first")
        found.name = "new"
        found.save()
        assert User.objects.get(username="first").name == "new"


class TestScope:
    def test_rows_follow_who_acts_when_it_is_asked_and_not_when_it_was_built(self):
        mine, other = factories.Appointment(), factories.Appointment()
        all_held = Prepared(Appointment.objects.all)
        at = timezone.now()
        with acting(of_account(mine.account_id, at=at)):
            assert all_held() == [mine]
        with acting(of_account(other.account_id, at=at)):
            assert all_held() == [other]
        assert all_held() == []  # nobody acts

    def test_a_plan_that_is_kept_still_follows_who_acts(self):
        held = [factories.Appointment() for _account in range(2)]
        all_held = Prepared(Appointment.objects.all)
        at = timezone.now()
        for _time in range(8):  # from the sixth time on PostgreSQL may plan for all values at once
            for each in held:
                with acting(of_account(each.account_id, at=at)):
                    assert all_held() == [each]
            assert all_held() == []

    def test_appointments_are_held_for_their_time(self):
        held = factories.Appointment()
        at = timezone.now()
        assert held_by(held.account, at=at) == [held]
        assert held_by(held.account, at=held.starts_at - timedelta(seconds=1)) == []


class TestSessions:
    def test_a_session_is_found_until_it_has_run_out(self):
        store = SessionStore()
        store["kept"] = "yes"
        store.save()
        assert SessionStore(store.session_key)["kept"] == "yes"
        Session.objects.update(expire_date=timezone.now())
        gone = SessionStore(store.session_key)
        assert gone.get("kept") is None
        assert gone.session_key is None

    @pytest.mark.parametrize("key", ["", "x" * 32, str(UUID(int=1))])
    def test_an_unknown_key_opens_none(self, key):
        assert SessionStore(key).get("kept") is None
        assert connection.is_usable()
