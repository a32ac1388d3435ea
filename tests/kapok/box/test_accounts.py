"""``kapok account``: accounts by hand."""

from contextlib import contextmanager

import pytest
from django.test import Client
from typer.testing import CliRunner

from kapok.access.models import User
from kapok.box import accounts, session
from kapok.box.tls import reach
from kapok.errors import Refused

pytestmark = pytest.mark.django_db
PASSWORD = "seven-red-lanterns"


@pytest.fixture(autouse=True)
def _on_this_database(monkeypatch):
    """Commands work on the test's own database instead of starting the box's."""

    @contextmanager
    def running():
        yield

    monkeypatch.setattr(session, "running", running)


def run(*words: str) -> str:
    """What a command says."""
    done = CliRunner().invoke(accounts.app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def set_up(said: str) -> Client:
    """Follow the link that a command said, and choose a password."""
    link = said.splitlines()[-1]
    assert link.startswith("http://127.0.0.1:8000/account/set-up/")
    browser = Client()
    page = browser.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    return browser


def test_a_new_account_is_set_up_by_the_link_that_is_printed():
    browser = set_up(run("add", "li", "--name", "李主任"))

    assert browser.get("/account/").context["account"].name == "李主任"


def test_whoever_forgot_the_password_gets_a_new_link():
    User.objects.create_user("li", password="forgotten-long-ago")

    set_up(run("set-up", "li"))

    assert User.objects.get().check_password(PASSWORD)


@pytest.fixture(autouse=True)
def _is_reached_as_usual(settings):
    settings.REACH = reach.of({})


def test_behind_tls_the_link_carries_the_boxs_name(settings):
    settings.REACH = reach.of({"KAPOK_TLS": "yes", "KAPOK_HOSTS": "kapok.example.org"})

    assert run("add", "li").splitlines()[-1].startswith("https://kapok.example.org/account/set-up/")


def test_second_factors_are_taken_away():
    User.objects.create_user("li")

    assert "had none" in run("reset-second-factor", "li")


def test_a_closed_account_stays_in_the_table():
    User.objects.create_user("li")

    run("close", "li")

    assert not User.objects.get().is_active


def test_all_demo_accounts_are_closed_at_once_and_no_other_one():
    User.objects.create_user("li")
    User.objects.create_user("worker", is_demo=True)
    User.objects.create_user("street", is_demo=True)

    assert "2 demo accounts are closed" in run("close", "--demo")
    assert [user.username for user in User.objects.filter(is_active=True)] == ["li"]


@pytest.mark.parametrize("words", [(), ("li", "--demo")])
def test_closing_needs_one_name_or_all_demo_accounts(words):
    with pytest.raises(Refused, match="which account to close"):
        run("close", *words)


@pytest.mark.parametrize("command", ["set-up", "reset-second-factor", "close"])
def test_a_name_that_does_not_exist_is_refused(command):
    with pytest.raises(Refused, match="There is no account “li”"):
        run(command, "li")


@pytest.mark.parametrize("words", [("link", "li", "s-1"), ("service",)])
def test_without_another_service_nothing_is_linked(words):
    User.objects.create_user("li")

    with pytest.raises(Refused, match="KAPOK_OIDC_ISSUER"):
        run(*words)
