"""An answer to a notice becomes a matter, whatever the kind asks; a refusal names the question."""

from uuid import uuid4

import pytest
from tests.kapok.outreach.conftest import COMMUNITY, GRID
from tests.kapok.portal.conftest import shipped

from kapok.errors import Refused
from kapok.matters import notes
from kapok.matters.models import Matter
from kapok.outreach.operations import answering

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _guangdong(town):
    """The shipped rules, later than those of the test town."""
    from tests import factories  # noqa: PLC0415

    from kapok.packs import look_up  # noqa: PLC0415
    from kapok.packs.models import Pack  # noqa: PLC0415

    with factories.as_owner_of_rows():
        Pack.objects.create(**shipped())
    look_up.forget()


def send(office, kind, *, key=None, code="", **said):
    notice = office.send(answer_kind=kind, place=COMMUNITY, level="COMMUNITY", who=office.town.lead)
    words = answering.Words(**{"text": "家里没有米了", "phone": "13800138000"} | said)
    return answering.answer(
        code=code or notice.code, key=key or uuid4(), words=words, at=office.town.noon
    )


def matter_of(office, done):
    with office.as_(office.town.lead, purpose="matter_handling"):
        return Matter.objects.get(pk=done.matter)


def said_in(office, matter):
    with office.as_(office.town.lead, purpose="matter_handling"):
        return matter.reports.get().answers


def test_the_answer_stands_as_it_was_written_and_names_the_notice_in_both_languages(office):
    made = matter_of(office, send(office, "help"))
    with office.as_(office.town.lead, purpose="matter_handling"):
        report = made.reports.get()
    [said] = notes.in_both(report.notes)
    assert report.text == "家里没有米了"
    assert "明早八点停水" in said["zh"]
    assert "No water from 8 tomorrow" in said["en"]
    assert "停水" not in said["en"]


@pytest.mark.parametrize("needs_help", [True, False])
def test_an_answer_is_a_request_for_help_with_the_need_other(office, needs_help):
    made = matter_of(office, send(office, "help", needs_help=needs_help, address="示例花园1栋 101"))
    assert (made.kind, said_in(office, made)["need"]) == ("help", "other")


def test_an_answer_of_the_kind_other_has_its_words_as_title(office):
    made = matter_of(office, send(office, "other", text="路灯\n不亮"))
    assert (made.kind, said_in(office, made)["title"]) == ("other", "路灯 不亮")


def test_a_kind_that_asks_what_nobody_said_becomes_one_of_help(office):
    made = matter_of(office, send(office, "urgent_help"))
    assert made.kind in {"help", "urgent_help"}


def test_without_a_telephone_the_refusal_names_the_telephone(office):
    with pytest.raises(Refused, match="Telephone: Add a telephone number"):
        send(office, "help", phone="")


def test_what_was_refused_is_sent_again_with_the_same_key_and_is_one_matter(office):
    key = uuid4()
    with pytest.raises(Refused):
        send(office, "help", phone="12", key=key)
    made = send(office, "help", key=key)
    assert matter_of(office, made).kind == "help"


def test_by_a_link_of_their_own_the_household_need_not_say_its_telephone(office, town):
    office.sent(answer_kind="help")
    code = next(each.code for each in office.messages() if each.place == GRID)
    words = answering.Words("老人要透析", needs_help=True)
    made = matter_of(office, answering.answer(code=code, key=uuid4(), words=words, at=town.noon))
    assert (made.kind, made.building_id) == ("help", town.here.pk)


def test_the_same_answer_sent_twice_gets_the_same_number_and_code(office):
    key = uuid4()
    first, again = send(office, "help", key=key), send(office, "help", key=key)
    assert first == again
    assert len(first.tracking) == 14
