"""What a request says stands once on the desk's page; who wants to stay unknown does so."""

from uuid import uuid4

import pytest
from django.utils import timezone
from tests.kapok.portal.conftest import GRID, text_of

from kapok.access import scope
from kapok.doors.entrances import PORTAL
from kapok.doors.operations import reporting
from kapok.matters.models import Matter
from kapok.matters.queries.card.said import answered
from kapok.packs import look_up
from kapok.phone.queries import pulling

pytestmark = pytest.mark.django_db
NUMBER = "13800138000"


@pytest.fixture
def asked(town):
    def ask(*, hidden=False):
        said = {
            "kind": "help", "place": GRID, "building": str(town.block.pk),
            "text": "降压药吃完了", "address": "示例花园1栋 101",
            "answers": {"need": "medicine", "medicine_kind": "heart"},
            "contact": {"phone": NUMBER, "hidden": hidden},
        }  # fmt: skip
        at = timezone.now()
        return reporting.report(entrance=PORTAL, key=str(uuid4()), said=said, at=at).matter

    return ask


def page_of(client, who, matter):
    client.force_login(who.account)
    client.cookies["django_language"] = "en"
    return text_of(client.get(f"/matters/{matter}/"))


def test_words_and_address_stand_once(client, town, asked):
    page = page_of(client, town.lead, asked())
    assert page.count("降压药吃完了") == 1
    assert page.count("示例花园1栋 101") == 1
    assert "Medicine" in page


def test_whoever_has_it_in_hand_reads_the_number_and_others_read_it_masked(client, town, asked):
    matter = asked()
    assert NUMBER in page_of(client, town.worker, matter)
    page = page_of(client, town.lead, matter)
    assert NUMBER not in page
    assert "138" in page


@pytest.mark.parametrize(("hidden", "is_given"), [(False, True), (True, False)])
def test_the_number_of_whoever_stays_unknown_is_given_to_nobody(
    client, town, asked, hidden, is_given
):
    matter = asked(hidden=hidden)
    for who in (town.worker, town.lead):
        shown = NUMBER in page_of(client, who, matter)
        assert shown == (is_given and who is town.worker)
    at = timezone.now()
    with scope.acting(scope.of_appointment(town.worker, at=at, purpose="matter_handling")):
        assert Matter.objects.get(pk=matter).assignee == town.worker.account_id
        [pulled] = pulling.pull(pulling.Cursor())[0]["matters"]
    assert (NUMBER in str(pulled)) == is_given


def test_a_photo_is_no_row_of_letters(town):
    kind, _ref = look_up.packs_at(GRID, timezone.now()).kind("help")
    [(question, said)] = answered(kind.report_form, {"prescription": [str(uuid4())]})
    assert (question, said) == (
        "Photo of the prescription or the box", "see the photos and files"
    )  # fmt: skip
