import pytest
from django.test import Client
from tests import factories
from tests.kapok.packs.small_pack import small_pack

from kapok.packs import look_up
from kapok.packs.models import Pack

pytestmark = pytest.mark.django_db

DISTRICT = 440103000000000


@pytest.fixture
def enter(db):
    """A browser of somebody who acts in a role over the district."""

    def of(role: str, place: int = DISTRICT) -> Client:
        account = factories.User()
        factories.Appointment(account=account, role=role, place=place)
        client = Client()
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    return of


@pytest.fixture
def shipped(shipped_packs):
    return Pack.objects.get(code="gd-2021")


def test_a_pack_is_read_with_its_clocks_and_sources(enter, shipped):
    page = enter("district_command").get(f"/packs/{shipped.pk}/").content.decode()
    assert "Guangdong, summer of 2021" in page
    assert "5 working days" in page
    assert "110 处警到场时限的地方标准：市区 5 分钟、郊区 10 分钟 (B)" in page
    assert "always open" in page
    assert "jurisdiction:" not in page  # no raw text


def test_a_pack_shows_what_is_said_at_the_hotline(enter, shipped):
    page = enter("district_command").get(f"/packs/{shipped.pk}/").content.decode()
    assert "What is said at the hotline" in page
    assert "becomes a matter: " in page
    assert "L4 An act in progress" in page
    assert "Kapok flower tea" in page
    assert "心理援助热线技术指南（试行） (B)" in page


def test_other_words_of_a_hotline_stand_in_the_comparison(enter, shipped):
    writer = enter("administrator", 440000000000000)
    text = shipped.text.replace("Kapok flower tea", "Jasmine tea")
    answer = writer.post(f"/packs/{shipped.pk}/edit/", {"text": text})
    page = writer.get(f"{answer['Location']}differences/").content.decode()
    assert "Jasmine tea" in page
    assert page.count("is-new") == 1


def test_the_list_says_what_holds_now(enter, shipped):
    page = enter("auditor").get("/packs/").content.decode()
    assert "Holds now" in page
    assert "Write a new pack" not in page


def test_from_a_draft_by_one_to_rules_in_force_by_another(enter):
    writer, commander = enter("administrator"), enter("district_command")
    answer = writer.post("/packs/new/", {"text": small_pack(wait=4), "note": "first"})
    pack = Pack.objects.get()
    assert answer["Location"] == f"/packs/{pack.pk}/"
    assert "Put in force" not in writer.get(f"/packs/{pack.pk}/").content.decode()
    assert "Put in force" in commander.get(f"/packs/{pack.pk}/").content.decode()
    answer = commander.post(
        f"/packs/{pack.pk}/put-in-force/",
        {"force-valid_from_0": "2099-01-01", "force-valid_from_1": "08:00"},
    )
    assert answer.status_code == 302
    pack.refresh_from_db()
    assert (pack.state, pack.valid_from.isoformat()) == ("IN_FORCE", "2099-01-01T00:00:00+00:00")
    assert look_up.packs_at(440103022001001, pack.valid_from).value("wait").number == 4
    commander.post(f"/packs/{pack.pk}/withdraw/")
    pack.refresh_from_db()
    assert pack.state == "WITHDRAWN"


def test_faults_stand_above_the_text_which_is_kept_in_the_page(enter):
    text = small_pack().replace("realm: SERVICE", "realm: SERVICES")
    answer = enter("administrator").post("/packs/new/", {"text": text})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 fault; nothing was kept yet" in page
    assert "Line 14" in page
    assert "Did you mean “SERVICE”?" in page
    assert page.count("realm: SERVICES") == 2
    assert not Pack.objects.exists()


def test_a_wrong_moment_is_said_beside_the_form(enter):
    writer, commander = enter("administrator"), enter("district_command")
    writer.post("/packs/new/", {"text": small_pack()})
    pack = Pack.objects.get()
    for sent, said in (
        ({"force-valid_from_0": "2021-06-01", "force-valid_from_1": "08:00"}, "hold backwards"),
        ({"force-valid_from_0": "soon", "force-valid_from_1": ""}, "Enter a valid"),
    ):
        answer = commander.post(f"/packs/{pack.pk}/put-in-force/", sent)
        assert answer.status_code == 422
        assert said in answer.content.decode()
    commander.post(f"/packs/{pack.pk}/put-in-force/", {})
    answer = commander.post(f"/packs/{pack.pk}/end/", {"end-ends_at_0": "2021-06-01"})
    assert answer.status_code == 422
    answer = commander.post(f"/packs/{pack.pk}/end/", {})
    assert answer.status_code in {302, 422}


def test_a_new_version_is_compared_with_the_one_in_force(enter):
    writer, commander = enter("administrator"), enter("district_command")
    writer.post("/packs/new/", {"text": small_pack(wait=4)})
    old = Pack.objects.get()
    commander.post(f"/packs/{old.pk}/put-in-force/", {})
    writer.post(f"/packs/{old.pk}/edit/", {"text": small_pack(wait=5)})
    new = Pack.objects.get(version=2)
    page = writer.get(f"/packs/{new.pk}/differences/").content.decode()
    assert "Version 2 beside version 1" in page
    assert page.count("is-old") == page.count("is-new") == 1
    writer.post(f"/packs/{new.pk}/edit/", {"text": small_pack(wait=6)})
    assert Pack.objects.count() == 2


def test_who_writes_for_a_smaller_area_begins_a_pack_of_that_area(enter, shipped):
    writer = enter("administrator")
    page = writer.get(f"/packs/{shipped.pk}/edit/").content.decode()
    assert "code: gd-2021-440103\n" in page
    assert f"jurisdiction: {DISTRICT}\n" in page
    text = writer.get(f"/packs/{shipped.pk}/text/")
    assert text["Content-Type"].startswith("application/yaml")
    assert text.content.decode() == shipped.text


@pytest.mark.parametrize("role", ["grid_worker", "resident", "gate_keeper"])
def test_who_has_nothing_to_do_with_packs_sees_none(enter, shipped, role):
    place = 440103022001001 if role == "grid_worker" else DISTRICT
    assert enter(role, place).get(f"/packs/{shipped.pk}/").status_code == 403


def test_a_pack_that_is_not_there_is_not_found(enter):
    client = enter("administrator")
    for page in ("", "edit/", "text/", "differences/"):
        address = f"/packs/0190163d-8694-739b-aea5-966c26f8ad91/{page}"
        assert client.get(address).status_code == 404
