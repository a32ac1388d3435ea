"""What leaves the box: to whom it goes and when, what is refused, and two senders at once."""

import pytest
from tests import factories
from tests.kapok.outreach.conftest import GRID, NEXT_GRID
from tests.kapok.outreach.leaving import FIRST, HOUR, MINUTE, NIGHT, SECOND, send, states

from kapok.access import messages
from kapok.outreach.operations import going, outbox
from kapok.outreach.queries import outbox as seen
from kapok.people.models import Contact

pytestmark = pytest.mark.django_db


def test_each_telephone_gets_title_and_link_and_receipts_are_matched(office, line, provider):
    office.sent()
    send(office)
    assert sorted(number for number, _text in provider.took) == [FIRST, SECOND, "8613800000003"]
    assert all(text.startswith("明早八点停水 http") for _number, text in provider.took)
    told = office.messages()
    assert {message.state for message in told} == {"DELIVERED"}
    assert {message.cost_milli for message in told} == {50}
    assert provider.unconfirmed == {}


def test_without_a_channel_everything_waits_and_says_so(office, town):
    office.sent()
    send(office)
    assert set(states(office).values()) == {"WAITING"}
    with office.as_(town.operator):
        assert not seen.outbox(at=town.noon).is_connected


def test_what_was_withdrawn_is_not_sent_even_before_it_is_marked(office, line, provider, town):
    notice = office.send()
    office.queue()
    with office.as_(None):
        n = going.withdraw(
            notice_id=notice.pk, reason="wrong day", by=town.officer.account, at=town.noon
        )
    assert n == 3
    send(office)
    assert provider.took == []


def test_at_night_only_what_is_urgent_goes(office, line, provider):
    office.sent()
    send(office, NIGHT)
    assert provider.took == []
    urgent = office.sent(urgent=True)
    send(office, NIGHT)
    assert set(states(office, urgent).values()) == {"DELIVERED"}
    assert all("【紧急】" in text for _number, text in provider.took)
    send(office, NIGHT + 9 * HOUR)
    assert set(states(office).values()) == {"DELIVERED"}


def test_a_number_that_is_refused_for_good_fails_and_others_go(office, line, provider):
    provider.refuses = {SECOND: 0x0B}
    office.sent()
    send(office)
    assert states(office)[NEXT_GRID] == "FAILED"
    assert states(office)[GRID] == "DELIVERED"


def test_what_is_refused_for_now_is_tried_later_each_time_and_then_given_up(office, line, provider):
    provider.refuses = {SECOND: 0x08}
    office.sent()
    send(office)
    [later] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (later.state, later.n_tries) == ("WAITING", 1)
    assert later.due_at > office.town.noon
    for hours in range(1, 9):
        send(office, hours * 4 * HOUR / 4, turns=1)
    provider.refuses = {}
    [last] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (last.state, last.n_tries) == ("FAILED", 8)


def test_a_provider_that_finds_it_too_fast_counts_no_try(office, line, provider):
    provider.throttles = True
    office.sent()
    send(office)
    assert {(m.state, m.n_tries) for m in office.messages()} == {("WAITING", 0)}
    provider.throttles = False
    send(office, MINUTE)
    assert set(states(office).values()) == {"DELIVERED"}


def test_two_senders_never_take_the_same_message(office, line):
    office.sent()
    first = outbox.take(line, at=office.town.noon, at_most=2)
    second = outbox.take(line, at=office.town.noon, at_most=2)
    keys = [letter.message for letter in (*first.letters, *second.letters)]
    assert len(keys) == len(set(keys)) == 3


def test_a_telephone_that_is_not_known_any_more_fails_with_a_sentence(office, line, provider):
    office.sent()
    with factories.as_owner_of_rows():
        Contact.objects.filter(place=NEXT_GRID).delete()
    send(office)
    [gone] = [m for m in office.messages() if m.place == NEXT_GRID]
    assert (gone.state, gone.answer) == ("FAILED", outbox.GONE)


def test_codes_go_by_the_channel_at_night_too_once_and_not_when_they_are_old(
    office, line, provider, town
):
    late = town.noon + NIGHT
    messages.send_text("+8613800000009", "123456 is your code", at=late, holds_code=True)
    messages.send_text("+8613800000008", "old", at=late - HOUR)
    with office.as_(town.operator):
        assert messages.is_connected()
    for turn in range(3):
        send(office, NIGHT + turn * MINUTE)
    assert provider.took == [("8613800000009", "123456 is your code")]


def test_a_code_waits_for_a_provider_that_was_down(office, line, provider, town):
    messages.send_text("+8613800000009", "123456", at=town.noon, holds_code=True)
    provider.throttles = True
    send(office)
    provider.throttles = False
    send(office, MINUTE)
    assert [text for _number, text in provider.took] == ["123456"]
