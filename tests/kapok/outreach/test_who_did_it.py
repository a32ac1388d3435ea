"""Who sent, withdrew, stopped, hung up and ended something is written down, and shown to staff."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests import factories
from tests.kapok.outreach.conftest import GRID

from kapok.outreach.models import Channel, Notice, Representative
from kapok.outreach.operations import channels, going, groups, passing, writing
from kapok.outreach.queries import notices, outbox

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def row(office, model, **which):
    with office.post():
        return model.objects.get(**which)


def test_who_sent_a_notice_and_who_withdrew_it(office, town):
    notice = office.send()
    with office.as_(None):
        going.withdraw(
            notice_id=notice.pk, reason="wrong day", by=town.officer.account, at=town.noon
        )
        card = notices.card(notice.pk, at=town.noon)
    found = row(office, Notice, pk=notice.pk)
    assert {found.sent_by_id, found.ended_by_id} == {town.officer.account.pk}
    assert card.sent_by == card.ended_by == str(town.officer.account)


def test_who_dropped_a_draft(office, town):
    notice = office.draft()
    with office.as_(None):
        writing.drop(notice_id=notice.pk, by=town.officer.account, at=town.noon)
    assert row(office, Notice, pk=notice.pk).ended_by_id == town.officer.account.pk


def test_who_stopped_a_channel_and_who_let_it_go_on(office, town):
    made = office.channel()
    by = town.operator.account
    with office.as_(town.operator):
        channels.stop(channel_id=made.pk, by=by, at=town.noon)
        [way] = outbox.channels(at=town.noon)
        assert way.sentence == f"Stopped by {by}, 03-02 12:00: nothing leaves by it."
        channels.resume(channel_id=made.pk, by=by, at=town.noon + MINUTE)
    found = row(office, Channel, pk=made.pk)
    assert (found.switched_by_id, found.switched_at) == (by.pk, town.noon + MINUTE)


def test_who_let_somebody_stand_and_who_ended_it(office, town):
    by = town.lead.account
    with office.as_(town.lead):
        made = groups.stand(
            building_id=town.next_to.pk, username=town.keeper.account.username, kind="BUILDING",
            by=by, at=town.noon,
        )  # fmt: skip
        groups.step_down(representative_id=made.pk, by=by, at=town.noon)
    found = row(office, Representative, pk=made.pk)
    assert (found.made_by_id, found.ended_by_id) == (by.pk, by.pk)


def note(office, later=timedelta(), **more):
    found = office.found
    who = office.town.keeper
    with office.as_(who, later):
        passing.note_done(
            passing_id=found.pk, what="hung", by=who.account, at=office.town.noon + later, **more
        )
    now = office.passing(found.version, GRID)
    return now.hung_at, now.hung_by_id


def test_who_hung_the_sheet_up_and_when_first(office, town):
    office.found = office.passing(office.sent(), GRID)
    first = (town.noon, town.keeper.account.pk)
    assert note(office) == first
    assert note(office, MINUTE) == first  # pressed twice


def test_that_the_sheet_hangs_is_taken_back(office, town):
    office.found = office.passing(office.sent(), GRID)
    note(office)
    assert note(office, MINUTE, is_done=False) == (None, None)
    assert note(office, MINUTE, is_done=False) == (None, None)


def test_the_button_says_what_pressing_it_again_does(office, town):
    found = office.passing(office.sent(), GRID)
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(town.keeper.account)
    url = reverse("passing", args=[found.pk])
    done = reverse("passing-done", args=[found.pk, "hung"])
    assert 'value="yes" aria-pressed="false"' in client.get(url).content.decode()
    client.post(done, {"is": "yes"})
    assert office.passing(found.version, GRID).hung_at is not None
    assert 'value="no" aria-pressed="true"' in client.get(url).content.decode()
    client.post(done, {"is": "no"})
    assert office.passing(found.version, GRID).hung_at is None


def test_residents_read_which_office_signed_and_no_name(office, town):
    account = town.officer.account
    account.name = "王建国"
    with factories.as_owner_of_rows():
        account.save()
    notice = office.send()
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get(reverse("notice-open", args=[notice.code])).content.decode()
    assert "王建国" not in page
    assert "District command" in page
    client.force_login(town.officer.account)
    sheet = client.get(reverse("notice-sheet", args=[notice.pk])).content.decode()
    assert "District command" in sheet
    assert "(District command)" not in sheet
