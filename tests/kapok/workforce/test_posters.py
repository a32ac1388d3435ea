"""Posters with codes at posts, and what a phone does with them."""

import re

import pytest
from django.test import Client
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import RIVERSIDE

from kapok.workforce import posters
from kapok.workforce.models import Briefing, BriefingRead, HoursEntry


@pytest.mark.django_db
class TestPosters:
    def path(self, post, **changed):
        said = {"poster": post.poster, "day": None} | changed
        return f"/posts/{posters.token(post.pk, said['poster'], said['day'])}/"

    def phone(self, account):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(account)
        client.cookies["django_language"] = "en"
        return client

    def test_a_volunteer_checks_in_and_out_by_phone(self, lead):
        volunteer = world.volunteer(RIVERSIDE)
        phone, path = self.phone(volunteer.account), self.path(world.post(RIVERSIDE))

        assert "Check in" in phone.get(path).content.decode()
        said = phone.post(path, {"do": "in"}, follow=True).content.decode()
        assert "You are checked in." in said
        assert "You were not expected here" in said
        assert (
            "0.0 hours, to be confirmed"
            in phone.post(path, {"do": "out"}, follow=True).content.decode()
        )
        assert "At the post" not in phone.get("/my-work/").content.decode()

    def test_a_refusal_is_said_on_the_phone(self, lead):
        volunteer = world.volunteer(RIVERSIDE, agreed_at=None)
        answer = self.phone(volunteer.account).post(self.path(world.post(RIVERSIDE)), {"do": "in"})

        assert answer.status_code == 409
        assert "own free will" in answer.content.decode()

    def test_the_risks_are_read_at_the_post(self, lead):
        with factories.as_owner_of_rows():
            text = Briefing.objects.create(title="甲", text="会冷", place=RIVERSIDE, made_at=NOON)
        path = self.path(world.post(RIVERSIDE, briefing=text))
        phone = self.phone(world.volunteer(RIVERSIDE).account)

        assert "会冷" in phone.get(path).content.decode()
        assert phone.post(path, {"do": "in"}).status_code == 409
        phone.post(path, {"do": "read"})
        assert "会冷" not in phone.get(path).content.decode()
        assert phone.post(path, {"do": "in"}).status_code == 302

    def test_a_stranger_signs_in_first(self, lead, client):
        answer = client.get(self.path(world.post(RIVERSIDE)))

        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in/?next=/posts/")

    def test_what_kapok_did_not_sign_is_not_there(self, lead):
        phone, path = self.phone(factories.User()), self.path(world.post(RIVERSIDE))

        for wrong in (path[:-3] + "x/", "/posts/abc/", "/posts/a.b.c.d/"):
            assert phone.get(wrong).status_code == 404

    def test_older_posters_are_void(self, lead):
        post = world.post(RIVERSIDE, poster=2)
        phone = self.phone(world.volunteer(RIVERSIDE).account)

        for path in (self.path(post, poster=1), self.path(post, day=NOON.date())):
            answer = phone.post(path, {"do": "in"})
            assert answer.status_code == 409
            assert "This poster is void" in answer.content.decode()

    def test_the_short_code_leads_to_the_same_page(self, lead):
        post = world.post(RIVERSIDE)
        code = posters.short_code(post.pk, 1, None)
        phone = self.phone(factories.User())

        found = phone.get("/posts/", {"code": code.lower().replace("-", " ")})
        assert found["Location"] == self.path(post)
        assert phone.get("/posts/", {"code": "AAAA-AAAA"}).status_code == 404

    def test_the_poster_prints_a_code_and_a_grid_worker_may_not_print_it(self, lead, page):
        post = world.post(RIVERSIDE)
        path = f"/workforce/posts/{post.pk}/poster/"

        said = page.get(path).content.decode()
        assert "<svg" in said
        assert posters.short_code(post.pk, 1, None) in said
        assert "style=" not in re.sub(r"<head>.*?</head>", "", said, flags=re.DOTALL)
        worker = factories.Appointment(place=RIVERSIDE)
        assert self.phone(worker.account).get(path).status_code == 403

    def test_the_lead_confirms_on_the_page_and_refuses_with_a_reason(self, lead, page, entry):
        path = "/workforce/hours/"
        assert "unplanned" in page.get(path).content.decode()
        assert (
            "Say why the hours are refused"
            in page.post(path, {"do": "refuse", "entry": [entry.pk]}).content.decode()
        )
        assert page.post(path, {"do": "confirm", "entry": []}).status_code == 422
        assert page.post(path, {"do": "confirm", "entry": ["x"]}).status_code == 404
        page.post(path, {"do": "confirm", "entry": [entry.pk]})
        with factories.as_owner_of_rows():
            assert HoursEntry.objects.get(pk=entry.pk).status == "CONFIRMED"

    def test_one_says_yes_and_reads_on_ones_own_page(self, lead):
        volunteer = world.volunteer(RIVERSIDE, agreed_at=None)
        phone = self.phone(volunteer.account)
        with factories.as_owner_of_rows():
            text = Briefing.objects.create(title="甲", text="乙", place=RIVERSIDE, made_at=NOON)

        phone.post("/my-work/word/", {"do": "agree"})
        phone.post("/my-work/word/", {"do": "read", "key": text.pk})

        with factories.as_owner_of_rows():
            volunteer.refresh_from_db()
            assert BriefingRead.objects.filter(account=volunteer.account).count() == 1
        assert volunteer.agreed_at is not None
        assert phone.post("/my-work/word/", {"do": "accept", "key": "x"}).status_code == 404
        assert phone.post("/my-work/word/", {"do": "accept", "key": text.pk}).status_code == 403
