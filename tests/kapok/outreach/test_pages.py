"""Pages of notices: written, previewed, sent, passed on, ticked, read without an account."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from tests.factories import as_owner_of_rows
from tests.kapok.outreach.conftest import COMMUNITY, DISTRICT, GRID, NEXT_GRID, STREET, WORDS, home

from kapok.access import secrets
from kapok.access.residents import RESIDENT
from kapok.box.texting import Cap
from kapok.matters.models import Matter
from kapok.outreach.models import Message, Notice
from kapok.outreach.operations import outbox
from kapok.outreach.queries.public import current
from kapok.outreach.sending import smpp
from kapok.people.models import Person

pytestmark = pytest.mark.django_db


def browser(appointment):
    client = Client()
    client.cookies["django_language"] = "en"
    if appointment is not None:
        client.force_login(appointment.account)
    return client


def said(**more):
    return WORDS | {
        "area": f"{DISTRICT}:DISTRICT", "topic": "SUPPLY", "audience": "EVERYONE",
        "way": "AT_ONCE", "answer_kind": "", "per_hour": "", "override_reason": "",
    } | more  # fmt: skip


@pytest.fixture
def now(town):
    """How long after the town's noon it is now: pages look at the clock."""
    return timezone.now() - town.noon


def text(answer):
    return answer.content.decode()


def code_of(office, place=GRID):
    return next(m.code for m in office.messages() if m.place == place)


def test_a_notice_is_written_previewed_kept_sent_and_followed(office, town):
    client = browser(town.officer)
    page = client.get("/notices/new/")
    assert page.status_code == 200
    seen = client.post("/notices/new/", said(preview="yes"))
    preview = seen.context["preview"]
    assert (preview.n_households, preview.n_without_phone, preview.n_mobiles) == (5, 1, 4)
    assert preview.zh.short.size.n_parts == 1
    assert "not sent" in text(seen)
    assert Notice.objects.count() == 0
    kept = client.post("/notices/new/", said())
    shown = client.get(kept.url)
    assert "Draft" in text(shown)
    sent = client.post(f"{kept.url}send/", follow=True)
    assert "Sent down" in text(sent)
    office.queue()
    followed = client.get(kept.url)
    assert followed.context["card"].around.parts[0].place == STREET
    assert followed.context["card"].around.whole.n_households == 5
    narrower = client.get(f"{kept.url}?in={COMMUNITY}")
    assert [part.place for part in narrower.context["card"].around.parts] == [GRID, NEXT_GRID]
    assert "svg" in text(client.get(f"{kept.url}sheet/"))
    assert client.get("/notices/").context["lines"][0].got.n_households == 5


def test_a_pace_that_takes_longer_than_the_news_lasts_is_said_at_the_preview(office, town):
    client = browser(town.officer)
    assert "the last message goes after" not in text(
        client.post("/notices/new/", said(preview="yes", per_hour="1"))
    )
    with as_owner_of_rows():
        for n in range(100, 140):
            home(town.next_to, f"9{n}", f"+86138000{n:05}")
    slow = text(client.post("/notices/new/", said(preview="yes", per_hour="1")))
    assert re.search(r"the last message goes after [34] days", slow)


def test_a_notice_that_names_somebody_is_refused_on_the_page(office, town):
    answer = browser(town.officer).post("/notices/new/", said(title_zh="找 13800138000"))
    assert answer.status_code == 422
    assert "looks like somebody" in text(answer)


def test_the_representative_passes_on_and_ticks_by_phone(office, town):
    version = office.version(office.send(way="BY_LEVELS"))
    office.pass_on(town.street, version, STREET)
    office.pass_on(town.lead, version, COMMUNITY)
    client = browser(town.keeper)
    assert client.get("/notices/").url == "/notices/to-pass/"
    [line] = client.get("/notices/to-pass/").context["lines"]
    assert not line.is_passed
    here = f"/notices/at/{line.id}/"
    answer = client.post(f"{here}pass-on/", {"local_zh": "水车在东门"}, follow=True)
    assert "Passed on" in text(answer)
    office.queue()
    sheet = client.get(here).context["sheet"]
    assert [door.room for door in sheet.silent] == ["102"]
    assert [door.room for door in sheet.unread] == ["101", "103"]
    ticked = client.post(
        f"{here}doors/", {"household": [str(town.without.pk), str(town.next_door.pk)]}, follow=True
    )
    assert ticked.context["sheet"].silent == ()
    assert office.passing(version, GRID).n_read == 1
    nothing = client.post(f"{here}doors/", {}, follow=True)
    assert "Tick the doors that were told first" in text(nothing)
    assert "0 doors ticked" not in text(nothing)
    client.post(f"{here}hung/")
    assert office.passing(version, GRID).hung_at is not None
    with office.as_(town.lead, purpose="household_care"):
        names = list(Person.objects.values_list("name", flat=True))
    assert not any(name in text(client.get(here)) for name in names)


def test_who_opens_the_link_reads_without_account_and_the_button_counts(office, town):
    version = office.sent()
    code = code_of(office)
    stranger = browser(None)
    page = stranger.get(f"/n/{code}/")
    assert "No water from 8 tomorrow" in text(page)
    assert office.passing(version, GRID).n_read == 0  # opening alone says nothing
    assert stranger.post(f"/n/{code}/read/").status_code == 302
    assert office.passing(version, GRID).n_read == 1
    assert "has read it" in text(stranger.get(f"/n/{code}/"))
    assert stranger.get("/n/zzzzzzzz/").status_code == 404


def test_the_notices_own_address_counts_for_no_household(office, town):
    notice = office.send()
    office.queue()
    version = office.version(notice)
    stranger = browser(None)
    assert stranger.get(f"/n/{notice.code}/").status_code == 200
    stranger.post(f"/n/{notice.code}/read/")
    assert office.receipts() == []
    assert office.passing(version, GRID).n_read == 0
    answer = stranger.post(f"/n/{notice.code}/stop/")
    assert answer.status_code == 422


def test_an_answer_becomes_one_matter_with_the_door_and_the_telephone(office, town, now):
    office.sent(answer_kind="help")
    code = code_of(office)
    with office.post():
        Message.objects.update(due_at=timezone.now())
    stranger = browser(None)
    for _twice in range(2):
        answer = stranger.post(
            f"/n/{code}/answer/", {"text": "老人要透析", "needs_help": "on", "key": "one"}
        )
        assert answer.status_code == 302
    with office.as_(town.lead, now, purpose="matter_handling"):
        [matter] = Matter.objects.all()
        report = matter.reports.get()
    assert (matter.kind, matter.place, matter.building_id) == ("help", GRID, town.here.pk)
    assert report.phone_index is not None


def test_floods_of_answers_by_one_link_are_stopped_with_a_sentence(office, town):
    office.sent(answer_kind="help")
    code = code_of(office)
    stranger = browser(None)
    statuses = [
        stranger.post(f"/n/{code}/answer/", {"text": "x", "key": str(n)}).status_code
        for n in range(8)
    ]
    assert statuses[:6] == [302] * 6
    assert statuses[6:] == [409, 409]
    assert stranger.get(f"/n/{code}/").status_code == 200


def test_hostile_words_are_shown_as_words(office, town):
    notice = office.send(words={"title_en": "<script>alert(1)</script>"})
    page = text(browser(None).get(f"/n/{notice.code}/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_the_page_of_a_notice_is_light(office, town):
    notice = office.send()
    page = browser(None).get(f"/n/{notice.code}/")
    files = ["kapok/n.css", "kapok/n.js", "kapok/kapok.svg"]
    static = Path(settings.STATICFILES_DIRS[0])
    weight = len(page.content) + sum((static / name).stat().st_size for name in files)
    assert weight < 20_000
    assert "tabler" not in text(page)


def test_a_resident_reads_on_their_own_page(office, town, client):
    version = office.sent()
    resident = browser(None)
    session = resident.session
    session[RESIDENT] = secrets.blind_index("+8613800000002", about="phone").hex()
    session.save()
    resident.cookies["django_language"] = "en"
    page = resident.get("/own/notices/")
    assert "No water from 8 tomorrow" in text(page)
    resident.post(f"/own/notices/{version.pk}/read/")
    assert office.passing(version, NEXT_GRID).n_read == 1
    assert "has read it" in text(resident.get("/own/notices/"))


def test_a_correction_and_a_withdrawal_are_read_by_everybody(office, town):
    notice = office.send()
    client = browser(town.officer)
    here = f"/notices/{notice.pk}/"
    assert client.get(f"{here}correct/").status_code == 200
    answer = client.post(
        f"{here}correct/",
        WORDS | {"title_en": "No water from 9", "changed_zh": "改九点", "changed_en": "9, not 8"},
    )
    assert answer.status_code == 302
    page = text(browser(None).get(f"/n/{notice.code}/"))
    assert "No water from 9" in page
    assert "9, not 8" in page
    assert "Former versions" in page
    assert client.post(f"{here}withdraw/", {"reason": ""}).status_code == 422
    client.post(f"{here}withdraw/", {"reason": "the pipe is mended"})
    assert "the pipe is mended" in text(browser(None).get(f"/n/{notice.code}/"))


def test_the_operator_sees_every_message_and_that_it_is_not_sent(office, town):
    office.sent()
    page = browser(town.operator).get("/notices/outbox/")
    assert "Not sent" in text(page)
    assert len(page.context["outbox"].lines) == 3
    assert "138" not in text(page)  # no number


def test_the_operator_sets_a_channel_up_and_its_password_is_never_shown(office, town):
    client = browser(town.operator)
    assert client.get("/notices/channels/new/").status_code == 200
    form = {
        "kind": "SMPP", "name": "短信", "area": f"{DISTRICT}:DISTRICT", "host": "127.0.0.1",
        "port": "1", "system_id": "k", "password": "p-secret", "per_second": "100",
        "price_milli": "45",
    }  # fmt: skip
    answer = client.post("/notices/channels/new/", form, follow=True)
    assert answer.context["outbox"].is_connected
    assert "p-secret" not in text(answer)
    wrong = client.post("/notices/channels/new/", form | {"host": ""})
    assert wrong.status_code == 422
    [way] = answer.context["outbox"].channels
    client.post(f"/notices/channels/{way.id}/stop/")
    stopped = client.get("/notices/outbox/")
    assert "Stopped" in text(stopped)
    client.post(f"/notices/channels/{way.id}/resume/")
    assert browser(town.lead).post(f"/notices/channels/{way.id}/stop/").status_code == 404


def test_a_lead_sees_groups_and_who_stands_for_each_stairwell(office, town):
    client = browser(town.lead)
    assert "No group is there yet" in text(client.get("/notices/groups/"))
    client.post("/notices/groups/renew/")
    page = client.get("/notices/groups/", follow=True)
    assert page.context["group"].place == COMMUNITY
    grid = client.get(f"/notices/groups/grid/{GRID}/")
    [stairwell] = grid.context["group"].stairwells
    assert stairwell.standing[0][1] == town.keeper.account.username
    added = client.post(
        f"/notices/stairwells/{town.next_to.pk}/",
        {"username": town.keeper.account.username, "kind": "BUILDING"}, follow=True,
    )  # fmt: skip
    assert added.context["group"].place == NEXT_GRID
    assert client.get(f"/notices/groups/district/{DISTRICT}/").status_code == 403
    ended = client.post(f"/notices/representatives/{stairwell.standing[0][0]}/end/")
    assert ended.status_code == 302


def test_urgent_and_old_ones_are_in_the_order_that_matters(office, town):
    office.send()
    urgent = office.send(urgent=True, later=timedelta(hours=-1))
    found = current(GRID, at=town.noon)
    assert next(brief.id for brief in found) == urgent.pk
    assert current(440305001001001, at=town.noon) == ()


def test_the_outbox_shows_caps_counts_and_what_was_down_for_hours(office, town, now, settings):
    settings.TEXTING = replace(settings.TEXTING, codes=Cap(0, 0))
    line = office.channel(name="District SMS")
    client = browser(town.operator)
    assert "has not worked since" not in text(client.get("/notices/outbox/"))
    outbox.failed(line.pk, sentence=smpp.SILENT, at=town.noon + now - timedelta(hours=3))
    page = text(client.get("/notices/outbox/"))
    assert "“District SMS” has not worked since" in page
    assert "The provider does not answer. Its messages wait" in page
    assert "Nobody gets a code before" in page
    assert "0 of 1,000,000" in page
    assert "begin with +86" in page
    assert "No code is sent now" in text(client.get("/outbox/"))


def test_what_a_robot_says_is_shown_and_harmless(office, town, now):
    line = office.channel()
    hostile = "The robot refused it: <script>alert(1)</script> (1)"
    outbox.failed(line.pk, sentence=hostile, at=town.noon + now)
    page = text(browser(town.operator).get("/notices/outbox/"))
    assert "The robot refused it: &lt;script&gt;" in page
    assert "<script>alert" not in page
