"""What was typed into a form of a call outlives the session: it is there after signing in again."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.talking import a_call, browser, text

from kapok.hotline import typed
from kapok.hotline.models import RiskScreen
from kapok.hotline.queries.records import record_of
from kapok.hotline.workflow import State

pytestmark = pytest.mark.django_db
SCREENED = {"asked.plan": "yes", "level": "2", "reason": "他说的是小说", "told": "", "rescue": ""}
SHOWN = {
    "screen": (SCREENED, ['value="他说的是小说"', 'value="yes" data-level="3" checked']),
    "who": (
        {"caller": "小梅", "address": "村口小店", "building": ""},
        ['value="小梅"', 'value="村口小店"'],
    ),
    "close": (
        {"outcome": "REFERRED", "promised_at": "2030-01-02T03:04"},
        ['value="REFERRED" checked', 'value="2030-01-02T03:04"'],
    ),
}
LOST = "You were signed out before this was sent"


def due(town, **more):
    """A call that is wrapped up and still to be screened: all three forms are on its page."""
    now = timezone.now()
    return a_call(town, **{"state": State.WRAP_UP, "ended_at": now, "screen_due_at": now} | more)


def signed_out() -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("form", SHOWN)
def test_it_is_in_its_form_again_after_signing_in(town, form):
    call, (sent, shown) = due(town), SHOWN[form]
    path, client = f"/hotline/calls/{call.pk}/", signed_out()
    answer = client.post(f"{path}{form}/", sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={path}"), "a page that can be read"
    client.force_login(town.operator.account)
    page = text(client.get(path))
    assert LOST in page
    for each in shown:
        assert each in page
    again = browser(town.operator)
    assert LOST not in text(again.get(path)), "in another browser there is nothing of it"


def test_once_it_is_sent_it_is_kept_no_longer(town):
    call = due(town)
    path, client = f"/hotline/calls/{call.pk}/", signed_out()
    client.post(f"{path}screen/", SCREENED | {"reason": "", "told": "邻居"})
    client.force_login(town.operator.account)
    refused = client.post(f"{path}screen/", SCREENED | {"reason": "", "told": "邻居"})
    assert refused.status_code == 422
    assert LOST in text(client.get(path)), "refused, it is not lost either"
    assert client.post(f"{path}screen/", SCREENED).status_code == 302
    with factories.as_owner_of_rows():
        assert RiskScreen.objects.get().level == 2
    assert LOST not in text(client.get(path))


def test_nobody_else_who_signs_in_there_reads_it(town):
    call = due(town)
    path, client = f"/hotline/calls/{call.pk}/", signed_out()
    client.post(f"{path}who/", SHOWN["who"][0])
    client.force_login(town.hotline_lead.account)
    page = text(client.get(path))
    assert "村口小店" not in page
    assert LOST not in page


def test_it_is_stored_encrypted_and_without_end(town):
    call = due(town)
    path, client = f"/hotline/calls/{call.pk}/who/", signed_out()
    client.post(path, SHOWN["who"][0])
    [session] = Session.objects.all()
    assert "小梅" not in str(session.get_decoded())
    assert typed.KEY in session.get_decoded()
    other = signed_out()
    other.post(path, {"address": "长" * typed.MOST})
    other.post(path, {"address": "", "household": str(call.pk)})
    assert typed.KEY not in other.session


def test_a_form_of_an_earlier_session_goes_back_to_its_page(town):
    """They signed in again in another window: the token of this page is old."""
    call = due(town)
    path, client = f"/hotline/calls/{call.pk}/", Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    client.force_login(town.operator.account)
    old = SHOWN["who"][0] | {"csrfmiddlewaretoken": "a" * 64}
    client.get(path)
    elsewhere = client.post(f"{path}who/", old, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403
    assert "村口小店" not in text(client.get(path))
    answer = client.post(f"{path}who/", old, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert 'value="村口小店"' in text(client.get(path))
    with factories.as_owner_of_rows():
        assert record_of(call.pk).address == ""
