"""What a community keeps: telephones, posters, and figures without names."""

import pytest
from tests.kapok.portal.conftest import COMMUNITY, OTHER, text_of

from kapok.portal.models import Doorway, PublicPhone
from kapok.portal.queries import kept

pytestmark = pytest.mark.django_db
PATH = f"/portal/{COMMUNITY}/"


@pytest.fixture
def lead(client, town):
    client.force_login(town.lead.account)
    client.cookies["django_language"] = "en"
    return client


def test_a_lead_keeps_their_own_community_alone(lead, town):
    page = text_of(lead.get("/portal/"))
    assert "Riverside" in page
    assert "山前" not in page
    assert lead.get(PATH).status_code == 200
    assert lead.get(f"/portal/{OTHER}/").status_code == 404


@pytest.mark.parametrize("path", ["/portal/", PATH, f"{PATH}posters/"])
def test_others_do_not(client, town, path):
    client.force_login(town.worker.account)
    assert client.get(path).status_code == 403


def test_a_telephone_is_on_the_page_at_once(lead, town):
    lead.get(f"/c/{town.code}/")
    lead.post(f"{PATH}phones/", {"label_zh": "红棉热线", "label_en": "Hotline", "number": "12345"})
    assert 'href="tel:12345"' in text_of(lead.get(f"/c/{town.code}/"))
    row = PublicPhone.objects.get(number="12345")
    lead.post(f"{PATH}phones/{row.pk}/remove/")
    assert "tel:12345" not in text_of(lead.get(f"/c/{town.code}/"))


@pytest.mark.parametrize("number", ["", "javascript:alert(1)", "1", "<b>12345</b>"])
def test_what_cannot_be_dialled_is_refused(lead, town, number):
    answer = lead.post(f"{PATH}phones/", {"label_zh": "x", "number": number})
    assert answer.status_code == 422
    assert "digits, spaces and hyphens" in text_of(answer)


def test_posters_are_made_and_printed_one_for_each_stairwell(lead, town):
    lead.post(f"{PATH}stairwells/", {"building": str(town.block.pk), "stairwells": "1单元，2单元"})
    page = text_of(lead.get(f"{PATH}posters/"))
    assert page.count('class="card poster"') == 3
    assert page.count("<svg") == 3
    for code in Doorway.objects.filter(retired_at=None, place__lt=OTHER).values_list(
        "code", flat=True
    ):
        assert f"testserver/c/{code}/" in page
    assert "1单元" in page


def test_stairwells_of_another_community_are_refused(lead, town):
    answer = lead.post(f"{PATH}stairwells/", {"building": str(town.away.pk), "stairwells": "1"})
    assert answer.status_code in {403, 422}


def test_the_qr_code_holds_the_short_address(lead, town):
    import segno  # noqa: PLC0415

    from kapok.workforce.posters import drawn  # noqa: PLC0415

    address = f"http://testserver/c/{town.code}/"
    assert drawn(address) in text_of(lead.get(f"{PATH}posters/"))
    assert segno.make(address, error="m", micro=False).designator


class TestTheLanguageOfPosters:
    ENGLISH, CHINESE = "Our online home", "我们的网上家园"

    @pytest.mark.parametrize("screen", ["en", "zh-hans"])
    @pytest.mark.parametrize(
        ("asked", "says"),
        [("", (CHINESE, ENGLISH)), ("?in=both", (CHINESE, ENGLISH)), ("?in=zh", (CHINESE,)),
         ("?in=en", (ENGLISH,)), ("?in=xx", (CHINESE, ENGLISH))],
    )  # fmt: skip
    def test_it_is_chosen_and_does_not_hang_on_that_of_the_screen(
        self, lead, town, screen, asked, says
    ):
        lead.cookies["django_language"] = screen
        page = text_of(lead.get(f"{PATH}posters/{asked}"))
        poster = page.split("</article>")[0].split("<article")[1]
        assert tuple(said for said in (self.CHINESE, self.ENGLISH) if said in poster) == says
        where = [poster.index(said) for said in says]
        assert where == sorted(where)

    def test_both_names_of_the_community_and_of_a_telephone_stand_on_it(self, lead, town):
        poster = text_of(lead.get(f"{PATH}posters/")).split("</article>")[0]
        assert "河畔社区 · Riverside" in poster
        assert "社区值班 · Community desk <strong>020-8123 4567</strong> 8:30–17:30<" in poster
        assert poster.count("testserver/c/") == 1
        assert 'lang="zh-CN"' in poster
        assert 'lang="en"' in poster

    def test_a_building_with_one_name_is_named_once(self, lead, town):
        page = text_of(lead.get(f"{PATH}posters/"))
        assert page.count('<p class="at">示例花园1栋 2单元</p>') == 1


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 households reported, 0 of them with symptoms."),
        (1, "1 household reported, 1 of them with symptoms."),
        (2, "2 households reported, 1 of them with symptoms."),
    ],
)
def test_one_household_is_said_of_one(lead, town, monkeypatch, n, said):
    monkeypatch.setattr(kept, "counted", lambda code, at: kept.Counted(n, min(n, 1)))
    assert said in text_of(lead.get(PATH))
