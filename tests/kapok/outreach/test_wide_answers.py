"""Whoever answers the notice of a district says where they live, and the answer lies there."""

import re
from datetime import timedelta

import pytest
from tests import factories
from tests.kapok.outreach.conftest import COMMUNITY, DISTRICT, FAR_GRID, GRID, STREET
from tests.kapok.portal.conftest import shipped

from kapok.access import scope
from kapok.matters.models import Matter
from kapok.matters.queries.desk import filters
from kapok.outreach.models import NoticeAnswer
from kapok.outreach.views import public
from kapok.packs import look_up
from kapok.packs.models import Pack

pytestmark = pytest.mark.django_db
WEST_STREET, WEST = 440103023000000, 440103023001000
NEXT = COMMUNITY + 1000
ELSEWHERE = 440104001001000
ANSWER = {"text": "要买胰岛素", "phone": "13800138000", "address": "", "key": "k"}


@pytest.fixture(autouse=True)
def _geography(town):
    """A second street, a second community beside the first, and the shipped rules."""
    with factories.as_owner_of_rows():
        province = factories.Province()
        street = factories.Community(
            code=WEST_STREET, level="STREET", name_zh="西村街道", parent=province
        )
        for code, name in ((WEST, "西村社区"), (NEXT, "山前社区"), (ELSEWHERE, "外区社区")):
            factories.Community(code=code, name_zh=name, parent=street)
        for place, name in ((WEST, "西村2栋"), (WEST, "东风楼3栋"), (NEXT, "东风楼3栋")):
            factories.Building(place=place, name=name)
        Pack.objects.create(**shipped())
    look_up.forget()


@pytest.fixture
def reader(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def code(office):
    return office.send(answer_kind="help", place=DISTRICT, level="DISTRICT").code


def text(answer):
    return answer.content.decode()


def sent(reader, code, **more):
    return reader.post(f"/n/{code}/answer/", ANSWER | more)


def offered(answer, name="option"):
    """The places that a page lets choose."""
    return {int(each) for each in re.findall(rf'<{name}[^>]* value="(\d{{15}})"', text(answer))}


def matter():
    with factories.as_owner_of_rows():
        return Matter.objects.get()


def n_matters():
    with factories.as_owner_of_rows():
        return Matter.objects.count()


def test_without_a_community_nothing_is_sent_and_the_street_is_asked(reader, code):
    first = reader.get(f"/n/{code}/")
    assert offered(first) == {STREET, WEST_STREET}
    refused = sent(reader, code)
    assert refused.status_code == 422
    assert "Choose your street" in text(refused)
    assert "要买胰岛素" in text(refused)
    assert n_matters() == 0


def test_after_the_street_the_community_is_asked_and_then_it_lies_there(reader, code):
    second = sent(reader, code, **{"in": ["", str(WEST_STREET)]})
    assert "Choose your community" in text(second)
    assert offered(second) == {WEST, DISTRICT}
    done = sent(reader, code, **{"in": [str(WEST_STREET), str(WEST)]})
    assert done.status_code == 302
    assert matter().place == WEST


def test_another_street_may_be_chosen_after_all(reader, code):
    back = sent(reader, code, **{"in": [str(WEST_STREET), str(DISTRICT)]})
    assert offered(back) == {STREET, WEST_STREET}


def test_the_street_and_an_address_that_names_one_building_are_enough(reader, code, town):
    done = sent(reader, code, **{"in": str(STREET), "address": "示例花园1栋 302"})
    assert done.status_code == 302
    assert f"in={COMMUNITY}" in done.url
    made = matter()
    assert (made.place, made.building_id) == (GRID, town.here.pk)


def test_what_lies_in_the_grid_is_seen_by_the_grid_worker_alone(reader, code, office, town):
    sent(reader, code, **{"in": str(STREET), "address": "示例花园1栋 302"})
    for who, sees in ((town.worker, True), (town.neighbour, False), (town.officer, False)):
        with office.as_(who):
            found = filters.matching(filters.Filter(), at=town.noon)
            assert found.exists() == sees


def test_an_address_alone_is_confirmed_before_anything_is_sent(reader, code, town):
    asked = sent(reader, code, address="示例花园1栋 302")
    assert asked.status_code == 422
    assert "Choose which of these is yours" in text(asked)
    assert offered(asked, 'input type="radio" name="in"') == {COMMUNITY}
    assert n_matters() == 0
    sent(reader, code, **{"in": str(COMMUNITY), "address": "示例花园1栋 302"})
    assert matter().building_id == town.here.pk


def test_of_buildings_with_one_name_the_communities_are_offered(reader, code):
    asked = sent(reader, code, address="东风楼3栋 101")
    assert offered(asked, 'input type="radio" name="in"') == {WEST, NEXT}


def test_a_building_and_the_name_of_its_community_are_enough(reader, code):
    assert sent(reader, code, address="西村社区东风楼3栋 101").status_code == 302
    assert matter().place == WEST


def test_a_building_without_a_name_of_its_own_is_confirmed_even_in_a_street(reader, code, town):
    with factories.as_owner_of_rows():
        factories.Building(place=COMMUNITY, name="7栋")
    asked = sent(reader, code, **{"in": str(STREET), "address": "康乐花园7栋 302"})
    assert asked.status_code == 422
    assert offered(asked, 'input type="radio" name="in"') == {COMMUNITY}
    assert n_matters() == 0


def test_the_notice_of_a_street_asks_for_the_community_at_once(reader, office, town):
    notice = office.send(town.street, answer_kind="help", place=STREET, level="STREET")
    assert offered(reader.get(f"/n/{notice.code}/")) == {COMMUNITY, NEXT}
    assert sent(reader, notice.code, address="示例花园1栋 302").status_code == 302
    assert matter().place == GRID


@pytest.mark.parametrize("within", [ELSEWHERE, COMMUNITY + 77_000, "x", "1" * 15])
def test_a_foreign_or_forged_community_gets_a_sentence_and_no_matter(reader, code, within):
    page = reader.get(f"/n/{code}/?in={within}")
    assert "This notice is for another area" in text(page)
    assert f'name="in" value="{within}"' not in text(page)
    refused = sent(reader, code, **{"in": within})
    assert refused.status_code == 422
    assert "This notice is for another area" in text(refused)
    assert n_matters() == 0


@pytest.mark.parametrize(("within", "place"), [(COMMUNITY, COMMUNITY), (GRID, GRID)])
def test_from_a_communitys_page_or_the_poster_of_a_stairwell_it_lies_there(
    reader, code, within, place
):
    page = text(reader.get(f"/n/{code}/?in={within}"))
    assert f'name="in" value="{within}"' in page
    assert "河畔社区" in page
    done = reader.post(f"/n/{code}/answer/", ANSWER | {"in": within}, follow=True)
    assert "becomes a matter" in text(done)
    assert "Those of 河畔社区 have it" in text(done)
    assert matter().place == place


def test_the_notice_of_a_community_asks_for_none(reader, office, town):
    notice = office.send(town.lead, answer_kind="help", place=COMMUNITY, level="COMMUNITY")
    assert "<select" not in text(reader.get(f"/n/{notice.code}/"))
    assert sent(reader, notice.code).status_code == 302
    assert matter().place == COMMUNITY


def test_where_no_community_is_drawn_the_desk_of_the_place_has_it(reader, office, town):
    with factories.as_owner_of_rows():
        factories.Community(
            code=440103031000000, level="STREET", name_zh="新街", parent=factories.Province()
        )
    notice = office.send(answer_kind="help", place=440103031000000, level="STREET")
    assert sent(reader, notice.code).status_code == 302
    assert matter().place == 440103031000000


def test_a_link_of_a_household_is_asked_nothing(reader, office, town):
    office.sent(answer_kind="help", place=DISTRICT, level="DISTRICT")
    mine = next(each.code for each in office.messages() if each.place == FAR_GRID)
    assert "<select" not in text(reader.get(f"/n/{mine}/"))
    assert sent(reader, mine, **{"in": str(COMMUNITY)}).status_code == 302
    assert matter().place == FAR_GRID


def test_number_and_code_are_shown_and_survive_reload_language_and_print(reader, code):
    done = sent(reader, code, **{"in": str(COMMUNITY)})
    page = text(reader.get(done.url))
    number = str(matter().number)
    [tracking] = re.findall(r"[A-Z]{4}-[A-Z]{4}-[A-Z]{4}", page)
    again = re.search(r'name="next" value="([^"]+)"', page)[1].replace("&amp;", "&")
    for turn in ({"language": "zh-hans"}, {"language": "en"}):
        page = text(reader.post("/language/", turn | {"next": again}, follow=True))
        assert tracking in page
        assert number in page
    look = re.search(r'href="(/c/look/[^"]+)"', page)[1].replace("&amp;", "&")
    large = text(reader.get(look, follow=True))
    assert 'class="large"' in large
    assert tracking in large
    assert "It has arrived" in large
    tracked = reader.post("/track/", {"code": tracking}, follow=True)
    assert number in text(tracked)


def test_the_code_is_shown_for_some_minutes_and_under_its_own_notice_alone(
    reader, code, office, monkeypatch
):
    done = sent(reader, code, **{"in": str(COMMUNITY)})
    other = office.send().code
    assert "Your tracking code" not in text(reader.get(f"/n/{other}/?said=answered"))
    now = public.time()
    monkeypatch.setattr(public, "time", lambda: now + public.SHOWN_S + 1)
    late = text(reader.get(done.url))
    assert "Your tracking code" not in late
    assert "It has arrived" in late


def test_a_switch_of_language_after_a_refusal_leads_back_to_the_notice(reader, code):
    refused = text(sent(reader, code, **{"in": str(STREET)}))
    again = re.search(r'name="next" value="([^"]+)"', refused)[1].replace("&amp;", "&")
    assert reader.get(again).status_code == 200


def test_what_is_too_long_is_said_beside_its_field(reader, code):
    refused = sent(reader, code, **{"in": str(COMMUNITY), "address": "长" * 201})
    assert refused.status_code == 422
    assert "at most 200 characters" in text(refused)


class TestTheDesk:
    """What the page of a notice says of its answers."""

    @pytest.fixture
    def card(self, office, reader):
        notice = office.send(answer_kind="help", place=DISTRICT, level="DISTRICT")
        sent(reader, notice.code, key="1", **{"in": str(STREET), "address": "示例花园1栋 302"})
        sent(reader, notice.code, key="2", **{"in": str(WEST)})
        sent(reader, notice.code, key="2", **{"in": str(WEST)})  # the same once more
        return lambda who, **more: office_card(office, notice, who, **more)

    def test_each_part_has_its_number_and_care_stays_closed(self, card, town):
        found = card(town.officer)
        assert {part.place: part.n_answers for part in found.around.parts if part.n_answers} == {
            STREET: 1, WEST_STREET: 1,
        }  # fmt: skip
        assert found.around.whole.n_answers == 2
        assert (found.answers.n_all, found.answers.n_seen, found.answers.lines) == (2, 0, ())
        assert found.answers.n_closed == 2

    def test_who_looks_after_care_is_led_to_the_matters_of_their_place(self, card, town):
        found = card(town.lead)
        [line] = found.answers.lines
        assert (found.answers.n_all, line.kind, found.answers.n_closed) == (
            1,
            "Request for help",
            0,
        )

    def test_answers_that_are_no_care_are_open_to_the_officer(self, office, reader, town):
        notice = office.send(answer_kind="other", place=DISTRICT, level="DISTRICT")
        sent(reader, notice.code, **{"in": str(COMMUNITY)})
        found = office_card(office, notice, town.officer)
        assert [line.where for line in found.answers.lines] == ["河畔社区"]

    def test_the_page_shows_numbers_and_links_and_nobodys_words(self, office, reader, town):
        notice = office.send(answer_kind="other", place=DISTRICT, level="DISTRICT")
        sent(reader, notice.code, **{"in": str(COMMUNITY)})
        reader.force_login(town.officer.account)
        page = text(reader.get(f"/notices/{notice.pk}/"))
        assert f"/matters/{matter().pk}/" in page
        assert "1 answer" in page
        assert "要买胰岛素" not in page

    def test_a_stranger_reads_no_rows_of_answers(self, card, office, town):
        card(town.officer)
        for who, n in ((town.elsewhere, 0), (town.keeper, 0), (town.gate, 0), (town.lead, 1)):
            with office.as_(who):
                assert NoticeAnswer.objects.count() == n


def office_card(office, notice, who, **more):
    from kapok.outreach.queries.notices import card  # noqa: PLC0415

    with office.as_(who, timedelta()):
        return card(notice.pk, at=scope.current().at, **more)
