"""A notice that was corrected: whoever passes it on, or is told later, reads the new words."""

import pytest
from tests.kapok.outreach.conftest import GRID, STREET

from kapok.errors import Refused
from kapok.outreach.models import Message
from kapok.outreach.operations import going, outbox, passing, writing
from kapok.outreach.queries import outbox as seen
from kapok.outreach.queries import passing as query

pytestmark = pytest.mark.django_db
NEW = {
    "title_zh": "停水改到九点", "title_en": "No water from 9", "body_zh": "九点。",
    "body_en": "At nine.",
}  # fmt: skip


def correct(office, notice, *, tell_again):
    said = going.Correction(writing.Said(**NEW), "八点改九点", "8 is 9", tell_again)
    by = office.town.officer.account
    with office.as_(None):
        return going.correct(notice_id=notice.pk, correction=said, by=by, at=office.town.noon)


def lines(office, who):
    with office.as_(who):
        return query.lines()


def sheet(office, who, version, place):
    with office.as_(who):
        return query.sheet(office.passing(version, place).pk)


def test_only_the_version_that_was_told_again_waits_to_be_passed_on(office, town):
    notice = office.send(way="BY_LEVELS")
    correct(office, notice, tell_again=True)
    assert [line.title for line in lines(office, town.street)] == ["No water from 9"]


def test_the_former_version_is_not_passed_on_and_leads_to_the_new_one(office, town):
    notice = office.send(way="BY_LEVELS")
    first = office.version(notice)
    second = correct(office, notice, tell_again=True)
    with pytest.raises(Refused, match="corrected and told again"):
        office.pass_on(town.street, first, STREET)
    shown = sheet(office, town.street, first, STREET)
    assert shown.is_replaced
    assert shown.instead == office.passing(second, STREET).pk
    assert not sheet(office, town.street, second, STREET).is_replaced


def test_neither_sheet_nor_door_is_noted_for_the_former_version(office, town):
    first = office.sent()
    correct(office, first.notice, tell_again=True)
    found = office.passing(first, GRID)
    with office.as_(town.keeper), pytest.raises(Refused, match="corrected"):
        passing.note_done(passing_id=found.pk, what="hung", by=town.keeper.account, at=town.noon)
    with pytest.raises(Refused, match="in other words"):
        office.tick(town.keeper, first, town.without)


def test_a_correction_that_is_not_told_again_reaches_whoever_passes_on(office, town):
    notice = office.send(way="BY_LEVELS")
    first = office.version(notice)
    correct(office, notice, tell_again=False)
    [line] = lines(office, town.street)
    assert line.title == "No water from 9"
    shown = sheet(office, town.street, first, STREET)
    assert (shown.zh.body, shown.zh.changed) == ("九点。", "八点改九点")
    assert "九点" in shown.spoken_zh
    office.pass_on(town.street, first, STREET)


def test_messages_that_still_wait_leave_with_the_corrected_title(office, town):
    channel = office.channel()
    version = office.sent()
    correct(office, version.notice, tell_again=False)
    batch = outbox.take(channel, at=town.noon, at_most=9)
    assert len(batch.letters) == 3
    assert all(letter.text.startswith("停水改到九点 http") for letter in batch.letters)


@pytest.mark.parametrize("tell_again", [True, False])
def test_a_message_goes_again_only_of_words_that_hold(office, town, tell_again):
    version = office.sent()
    with office.post():
        Message.objects.update(state="FAILED")
    correct(office, version.notice, tell_again=tell_again)
    first = office.messages(version)[0]
    assert outbox.again(message_id=first.pk, at=town.noon) is not tell_again
    with office.as_(town.operator):
        shown = {line.id: line.may_go_again for line in seen.outbox(at=town.noon).lines}
    assert not shown[first.pk]
    assert {shown[each.pk] for each in office.messages(version)[1:]} == {not tell_again}


def test_a_message_of_a_withdrawn_notice_does_not_go_again(office, town):
    version = office.sent()
    with office.post():
        Message.objects.update(state="FAILED")
    by = town.officer.account
    with office.as_(None):
        going.withdraw(notice_id=version.notice_id, reason="wrong", by=by, at=town.noon)
    assert not outbox.again(message_id=office.messages(version)[0].pk, at=town.noon)
