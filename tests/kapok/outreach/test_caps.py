"""Caps of the whole box: codes, news and notices are counted apart, and staff see them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.kapok.outreach.conftest import NEXT_GRID
from tests.kapok.outreach.leaving import HOUR, MINUTE, send

from kapok.access import messages, phone_codes
from kapok.box.texting import Cap
from kapok.errors import Refused
from kapok.outreach.operations import caps, outbox
from kapok.outreach.queries import outbox as seen
from kapok.outreach.queries.caps import news
from kapok.people.models import Contact

pytestmark = pytest.mark.django_db
CODE = "+8613900000001"


def limit(settings, **more):
    settings.TEXTING = replace(settings.TEXTING, **more)


def code(office, later=timedelta(), phone=CODE, **more):
    phone_codes.send_code(phone=phone, address=phone, at=office.town.noon + later, **more)


def states(office):
    return sorted(each.state for each in office.messages())


def page(office, town, later=timedelta()):
    with office.as_(town.operator, later):
        return seen.outbox(at=town.noon + later)


def test_notices_stop_at_their_cap_and_go_on_an_hour_later(office, line, provider, settings, town):
    limit(settings, notices=Cap(2, 100))
    office.sent()
    send(office)
    assert states(office) == ["DELIVERED", "DELIVERED", "WAITING"]
    [of_notices] = [each for each in page(office, town).texts if each.counted.n_hour == 2]
    assert of_notices.counted.is_reached
    assert of_notices.sentence
    send(office, HOUR + 2 * MINUTE)
    assert states(office) == ["DELIVERED"] * 3
    assert len(provider.took) == 3


def test_an_urgent_notice_goes_beyond_the_cap(office, line, provider, settings):
    limit(settings, notices=Cap(0, 0))
    office.sent()
    urgent = office.sent(urgent=True)
    send(office)
    assert {each.state for each in office.messages(urgent)} == {"DELIVERED"}
    assert len(provider.took) == 3


def test_a_sender_that_is_started_anew_counts_what_went_before(office, line, provider, settings):
    limit(settings, notices=Cap(2, 2))
    office.sent()
    send(office)
    caps.NOTICES.clear()  # another process
    send(office, MINUTE)
    assert len(provider.took) == 2
    assert caps.notices(at=office.town.noon + MINUTE).n_day == 2


def test_a_notice_does_not_starve_codes(office, line, provider, settings):
    limit(settings, notices=Cap(1, 1))
    office.sent()
    send(office)
    code(office)
    send(office)
    assert [number for number, _text in provider.took][-1] == CODE.removeprefix("+")


def test_codes_cannot_burn_the_money_of_notices(office, line, provider, settings):
    limit(settings, codes=Cap(1, 1))
    code(office)
    with pytest.raises(Refused):
        code(office, phone="+8613900000002")
    office.sent()
    send(office)
    assert states(office) == ["DELIVERED"] * 3
    assert len(provider.took) == 4


def test_made_up_reports_use_up_news_and_no_codes(office, line, provider, settings, town):
    limit(settings, news=Cap(2, 2))
    for n in range(5):
        messages.send_text(f"+861380000010{n}", f"news {n}", at=town.noon, holds_code=n % 2 == 0)
    code(office, MINUTE)
    send(office, MINUTE)
    texts = [text for _number, text in provider.took]
    assert len(texts) == 3
    assert sum("news" in text for text in texts) == 2
    assert news(at=town.noon + MINUTE).is_reached
    lines = page(office, town, 2 * MINUTE).texts
    assert [each.counted.n_day for each in lines] == [1, 2, 0]
    assert [bool(each.sentence) for each in lines] == [False, True, False]


def test_the_page_shows_what_today_costs(office, line, provider, town):
    office.sent()
    code(office)
    send(office)
    codes, _news, notices = page(office, town).texts
    assert (codes.counted.n_day, codes.yuan) == (1, "0.05")
    assert (notices.counted.n_day, notices.yuan) == (3, "0.15")


def test_nothing_goes_to_a_number_abroad_whoever_wrote_it_down(office, line, provider, town):
    from tests import factories  # noqa: PLC0415

    with factories.as_owner_of_rows():
        [before] = Contact.objects.filter(place=NEXT_GRID)
        person = before.person
        before.delete()
        factories.Contact(person=person, number="+6581234567")
    office.sent()
    messages.send_text("+6581234567", "news", at=town.noon)
    send(office)
    [barred] = [each for each in office.messages() if each.place == NEXT_GRID]
    assert (barred.state, barred.answer) == ("FAILED", outbox.NOT_THERE)
    assert not any(number.startswith("65") for number, _text in provider.took)
    assert len(provider.took) == 2
