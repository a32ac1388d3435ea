"""Demo accounts: marked, one password for each box, never forced on an account of a person."""

import pytest

from kapok.access.models import User
from kapok.access.operations import (
    DemoAccount,
    demo_password,
    make_demo_accounts,
    open_demo_accounts,
)

LEAD = DemoAccount("community", "演示 社区负责人", 440103022001000)


@pytest.mark.django_db
class TestDemoAccounts:
    def test_are_marked_and_open_with_the_password_that_is_printed(self, client):
        make_demo_accounts([LEAD])

        [(user, password)] = open_demo_accounts()

        assert (user.username, user.name, user.place) == (LEAD.username, LEAD.name, LEAD.place)
        assert user.is_demo
        assert client.login(username="community", password=password)

    def test_are_made_once(self):
        make_demo_accounts([LEAD])
        make_demo_accounts([LEAD])

        assert User.objects.count() == 1

    def test_leave_an_account_of_the_same_name_alone(self, client):
        User.objects.create_user("community", password="a-password-of-mine")

        make_demo_accounts([LEAD])

        assert client.login(username="community", password="a-password-of-mine")
        assert open_demo_accounts() == []

    def test_get_their_password_again_after_the_key_has_changed(self, client, settings):
        make_demo_accounts([LEAD])
        before = demo_password(LEAD.username)
        settings.SECRET_KEY = "another"

        [(_, password)] = open_demo_accounts()

        assert password != before
        assert client.login(username="community", password=password)

    def test_stay_closed_once_they_were_closed(self, client):
        make_demo_accounts([LEAD])
        User.objects.update(is_active=False)

        assert open_demo_accounts() == []
        assert not client.login(username="community", password=demo_password(LEAD.username))
