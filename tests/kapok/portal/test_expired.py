"""Residents whose form was too old, or whose cookies went, send it again with one button."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.factories import NOON
from tests.kapok.portal.conftest import COMMUNITY, key_in, text_of
from tests.kapok.portal.test_needs import MEDICINE

from kapok.access.scope import acting
from kapok.doors.entrances import PORTAL
from kapok.matters.models import Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def strict():
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["django_language"] = "en"
    return browser


def expired(strict, path, **more):
    """A form that is sent after its cookies went."""
    typed = MEDICINE | {"key": key_in(text_of(strict.get(path)))}
    strict.cookies.clear()
    strict.cookies["django_language"] = "en"
    return strict.post(path, typed | {"csrfmiddlewaretoken": "x" * 64}, **more)


def fields(page):
    return dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page))


def test_all_that_was_typed_is_sent_by_one_button(strict, town):
    path = f"/c/{town.stair}/help/medicine/"
    answer = expired(strict, path)
    page = text_of(answer)
    assert answer.status_code == 403
    assert "Press “Send again”" in page
    assert "grid workspace" not in page.casefold()
    assert f'action="{path}"' in page
    assert page.count('name="csrfmiddlewaretoken"') == 1
    sent = strict.post(path, fields(page))
    assert sent.status_code == 302, text_of(sent)
    with acting(PORTAL.acting(at=NOON)):
        assert Report.objects.get().text == MEDICINE["text"]


def test_no_switch_of_language_or_print_leads_away_from_what_was_typed(strict, town):
    path = f"/c/{town.stair}/help/medicine/"
    assert "/c/look/" in text_of(strict.get(path))
    assert "/c/look/" not in text_of(expired(strict, path))


def test_it_holds_for_the_report_page_as_well(strict, town):
    answer = strict.post(
        f"/report/{COMMUNITY}/urgent_help/", {"text": "老人走失", "csrfmiddlewaretoken": "x" * 64}
    )
    assert answer.status_code == 403
    assert fields(text_of(answer))["text"] == "老人走失"


def test_photos_are_asked_for_again(strict, town):
    photo = SimpleUploadedFile("p.jpg", b"\xff\xd8", "image/jpeg")
    answer = strict.post(f"/c/{town.code}/help/repair/", {"text": "漏", "photos": photo})
    assert "chosen once more" in text_of(answer)


@pytest.mark.parametrize(
    "headers", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_what_another_site_filled_in_is_not_offered_to_be_sent(strict, town, headers):
    answer = strict.post(f"/c/{town.code}/help/food/", {"text": "theirs"}, headers=headers)
    assert answer.status_code == 403
    assert "theirs" not in text_of(answer)
    assert "only from its own, fresh pages" in text_of(answer)


def test_pages_of_the_desk_stay_as_they_are(strict, db):
    page = text_of(strict.post("/sign-in/", {"login": "x"}))
    assert "Send again" not in page
    assert "load the page anew" in page
