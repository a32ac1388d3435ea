"""The lead's pages: what they show, refuse, and how many queries they take."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests import factories
from tests.kapok.workforce import world
from tests.small_town import RIVERSIDE, STREET

from kapok.access.models import Appointment, Look, User
from kapok.workforce.models import Team, Worker

pytestmark = pytest.mark.django_db
READS = [
    "/workforce/",
    "/workforce/people/",
    "/workforce/vacancies/",
    "/workforce/vacancies/?what=deputy",
    "/workforce/grids/",
    "/workforce/handovers/",
    "/workforce/load/",
    "/workforce/load/?only=over",
    "/workforce/appoint/",
    "/workforce/lists/",
    "/workforce/teams/",
    "/workforce/posts/",
    "/workforce/shifts/",
    "/workforce/briefings/",
    "/workforce/hours/",
]


def text(answer):
    """What the page says, without tags and doubled spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def appoint(**more):
    monday = timezone.localdate() + timedelta(days=7)
    return {
        "who": "li.na",
        "name": "",
        "role": "grid_worker",
        "starts": monday.isoformat(),
        "ends": (monday + timedelta(days=364)).isoformat(),
    } | more


class TestReading:
    @pytest.mark.parametrize("path", READS)
    def test_every_page_opens_while_nobody_works_here(self, page: Client, path):
        assert page.get(path).status_code == 200

    @pytest.mark.parametrize("path", READS)
    def test_a_gate_keeper_is_refused(self, client: Client, lead, path):
        keeper = world.lead("gate_keeper", RIVERSIDE)
        client.force_login(keeper.account)

        assert client.get(path).status_code == 403

    @pytest.mark.parametrize("path", READS)
    def test_the_number_of_queries_does_not_grow_with_the_people(
        self, page: Client, path, django_assert_max_num_queries
    ):
        for code in world.grids():
            factories.Appointment(account=world.worker(code).account, place=code)
            with factories.as_owner_of_rows():
                Team.objects.create(
                    name=f"{code}", kind="gate", place=code, level="GRID", mix={"gate_keeper": 1},
                    quorum={}, made_at=factories.NOON,
                )  # fmt: skip
        with django_assert_max_num_queries(45):
            page.get(path)

    def test_every_number_leads_to_its_list(self, page: Client):
        first, *others = world.grids()
        factories.Appointment(account=world.worker(first, name="王小明").account, place=first)

        overview = page.get("/workforce/").content.decode()

        assert f'<strong class="is-bad">{len(others)}</strong>' in overview
        vacant = text(page.get("/workforce/vacancies/"))
        assert str(first) not in vacant
        assert all(str(code) in vacant for code in others)
        assert "王小明" in text(page.get("/workforce/load/"))
        assert "王小明" in text(page.get("/workforce/people/?q=小明"))
        assert "王小明" not in text(page.get("/workforce/people/?q=nobody"))

    def test_htmx_gets_the_rows_alone(self, page: Client):
        answer = page.get("/workforce/people/?q=x", headers={"HX-Request": "true"})

        assert "<html" not in answer.content.decode()
        assert 'id="people-list"' in answer.content.decode()

    def test_a_phone_is_masked_until_asked_for_and_both_are_traced(self, page: Client):
        from kapok.workforce.telephones import encrypted  # noqa: PLC0415

        worker = world.worker(RIVERSIDE, phone=encrypted("+8613800138000"))
        path = f"/workforce/people/{worker.account_id}/"

        assert "+8613800138000" not in text(page.get(path))
        assert "+8613800138000" in text(page.post(path))
        with factories.as_owner_of_rows():
            looks = Look.objects.filter(subjects__contains=[worker.account_id])
            assert {look.action for look in looks} == {"OPEN", "REVEAL"}

    def test_a_worker_of_another_street_is_not_there(self, page: Client):
        worker = world.worker(440103023001000)

        for path in ("", "file/"):
            assert page.get(f"/workforce/people/{worker.account_id}/{path}").status_code == 404


class TestAppointing:
    def test_an_account_of_the_place_is_appointed_to_ticked_grids(self, page: Client, lead):
        account = factories.User(username="li.na", name="李娜")
        first, second, *_ = world.grids()

        answer = page.post("/workforce/appoint/", appoint(area=[first, second]))

        assert answer["Location"] == f"/workforce/people/{account.pk}/"
        with factories.as_owner_of_rows():
            made = Appointment.objects.get(account=account)
        assert [area[0] for area in made.areas] == [first, second]
        assert made.given_by == lead.account

    def test_somebody_new_gets_an_account_and_a_link_that_works_once(self, page: Client):
        [code, *_] = world.grids()

        answer = page.post("/workforce/appoint/", appoint(name="李娜", codes=str(code)))

        assert "no-store" in answer["Cache-Control"]
        link = re.search(r"http://testserver(/account/set-up/[^<\s]+)", answer.content.decode())
        stranger = Client(headers={"Accept-Language": "en"})
        form = stranger.get(link[1], follow=True)
        chosen = {"password1": "四个字的密码42xyz", "password2": "四个字的密码42xyz"}
        stranger.post(form.redirect_chain[-1][0], chosen)
        user = User.objects.get(username="li.na")
        assert user.check_password("四个字的密码42xyz")
        assert not Client().get(link[1], follow=True).redirect_chain

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"who": "nobody"}, "There is no account “nobody”. Write a name beside it"),
            ({"codes": "440103022099001"}, "No area in force has the code"),
            ({"codes": "44x"}, "is not the code of an area"),
            ({"codes": ""}, "Choose at least one area"),
            ({"starts": "2020-01-06"}, "cannot begin in the past"),
            ({"ends": "2020-01-06"}, "must be after the beginning"),
            ({"role": "street_command"}, "Select a valid choice"),
            ({"codes": str(RIVERSIDE)}, "is not held over a Community"),
        ],
    )
    def test_a_refusal_is_said_in_the_form(self, page: Client, wrong, sentence):
        factories.User(username="li.na", name="李娜")
        first = str(world.grids()[0])

        answer = page.post("/workforce/appoint/", appoint(codes=first) | wrong)

        assert answer.status_code == 422
        assert sentence in text(answer)

    def test_what_is_refused_leaves_no_new_account_behind(self, page: Client):
        page.post("/workforce/appoint/", appoint(name="李娜", codes="440103022099001"))

        assert not User.objects.filter(username="li.na").exists()

    def test_oneself_is_refused(self, page: Client, lead):
        answer = page.post(
            "/workforce/appoint/", appoint(who=lead.account.username, codes=world.grids()[0])
        )

        assert "Nobody gives roles to themselves" in text(answer)

    def test_end_change_and_hand_over(self, page: Client):
        given = factories.Appointment(place=world.grids()[0])
        successor = factories.User(username="wang.qiang", name="王强")
        path = f"/workforce/appointments/{given.pk}/"
        today = timezone.localdate()

        moved = page.post(path, {"do": "change", "ends": (today + timedelta(days=90)).isoformat()})
        assert moved.status_code == 302
        handed = page.post(
            path,
            {"do": "hand_over", "to": "wang.qiang", "first": (today + timedelta(days=9))},
        )
        assert handed.status_code == 302
        again = page.post(path, {"do": "hand_over", "to": "nobody", "first": today.isoformat()})
        assert again.status_code == 422
        assert "There is no account “nobody”" in text(again)
        with factories.as_owner_of_rows():
            assert Appointment.objects.get(account=successor).ranges == given.ranges

    def test_an_appointment_elsewhere_is_not_there(self, page: Client):
        given = factories.Appointment(place=440103023001001)

        assert page.get(f"/workforce/appointments/{given.pk}/").status_code == 404


class TestTeams:
    def test_a_team_of_three_is_complete_with_police_health_and_community(self, page: Client):
        made = page.post(
            "/workforce/teams/", {"name": "一组", "kind": "three_person", "codes": str(RIVERSIDE)}
        )
        team = made["Location"]
        assert "may not visit" in text(page.get(team))
        for index, role in enumerate(("health_member", "community_member", "police_member")):
            said = text(page.get(team))
            assert "complete" not in said.replace("incomplete", "")
            account = factories.User(username=f"m{index}")
            today = timezone.localdate().isoformat()
            joined = page.post(team, {"who": account.username, "role": role, "starts": today})
            assert joined.status_code == 302
        assert "complete" in text(page.get(team)).replace("incomplete", "")


class TestFile:
    def test_skills_insurance_and_phone_are_kept(self, page: Client):
        worker = world.worker(RIVERSIDE)
        path = f"/workforce/people/{worker.account_id}/"
        chosen = {
            "kind": "VOLUNTEER",
            "employer": "义工站",
            "phone": "138 0013 8000",
            "skills": ["nursing", "driving"],
            "insurance": "平安 1",
            "insured_until": "2030-01-01",
        }

        assert page.post(path + "file/", chosen).status_code == 302

        said = text(page.get(path))
        assert "Nursing" in said or "Driving" in said
        with factories.as_owner_of_rows():
            kept = Worker.objects.get(pk=worker.pk)
        assert (kept.kind, kept.insurance, kept.skills) == (
            "VOLUNTEER", "平安 1", ["driving", "nursing"],
        )  # fmt: skip
        assert b"138" not in bytes(kept.phone)

    def test_a_wrong_phone_is_said(self, page: Client):
        worker = world.worker(RIVERSIDE)

        answer = page.post(
            f"/workforce/people/{worker.account_id}/file/",
            {"kind": "FULL_TIME", "phone": "12"},
        )

        assert answer.status_code == 422
        assert "is not a telephone number" in text(answer)


def test_the_street_is_named_over_the_numbers(page: Client):
    assert str(STREET) in text(page.get("/workforce/"))
