"""Being at a post, by QR: in, out, confirmed by somebody else; and what volunteers are owed."""

import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.kapok.workforce.world import DAY
from tests.small_town import RIVERSIDE, STREET

from kapok.access.scope import acting, of_account, of_appointment
from kapok.errors import NotAllowed, Refused
from kapok.workforce import hours, operations, posters, queries
from kapok.workforce.models import Briefing, BriefingRead, Call, HoursEntry
from kapok.workforce.workflow import IllegalMove

HOUR = timedelta(hours=1)


def minutes(n):
    return hours.counted(NOON, NOON + timedelta(minutes=n))


class TestCounting:
    @pytest.mark.parametrize(
        ("n", "counted"),
        [
            (0, "0"),
            (15, "0"),
            (16, "0.5"),
            (45, "0.5"),
            (46, "1"),
            (60, "1"),
            (75, "1"),
            (76, "1.5"),
            (240, "4"),
        ],
    )
    def test_the_published_example(self, n, counted):
        assert minutes(n) == Decimal(counted)

    @given(st.integers(0, 24 * 60))
    def test_never_more_than_a_quarter_of_an_hour_off(self, n):
        assert minutes(n) * 2 == int(minutes(n) * 2)
        assert abs(minutes(n) * 60 - n) <= 15

    @given(st.integers(0, 1400), st.integers(0, 40))
    def test_who_stays_longer_never_gets_less(self, n, more):
        assert minutes(n + more) >= minutes(n)

    def test_nine_hours_on_a_day_are_too_many(self):
        [found] = hours.too_much([(NOON, NOON + 5 * HOUR), (NOON + 6 * HOUR, NOON + 10 * HOUR)])
        assert found.hours == 9

    def test_seven_days_in_a_row_are_too_many_six_are_not(self):
        days = [(NOON + n * DAY, NOON + n * DAY + HOUR) for n in range(7)]

        assert not hours.too_much(days[:6])
        assert [found.days for found in hours.too_much(days)] == [7]


def here(account, at=NOON):
    """Acting as somebody who has no appointment."""
    return acting(of_account(account.pk, at=at))


def arrive(account, post, at=NOON):
    with here(account, at):
        return operations.check_in(post_id=post.pk, by=account, at=at)


def leave(account, post, at):
    with here(account, at):
        return operations.check_out(post_id=post.pk, by=account, at=at)


@pytest.mark.django_db
class TestAtThePost:
    def test_in_and_out_make_hours_that_wait(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)

        arrive(account, post)
        entry = leave(account, post, NOON + 3 * HOUR + timedelta(minutes=50))

        assert (entry.hours, entry.status, entry.is_unplanned) == (Decimal(4), "PENDING", True)

    def test_an_appointment_over_the_place_makes_it_planned(self, lead):
        keeper = factories.Appointment(role="gate_keeper", place=RIVERSIDE)
        with acting(of_appointment(keeper, at=NOON)):
            entry = operations.check_in(
                post_id=world.post(RIVERSIDE + 1).pk, by=keeper.account, at=NOON
            )
        assert not entry.is_unplanned

    def test_an_accepted_call_makes_it_planned(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
        with factories.as_owner_of_rows():
            Call.objects.create(
                post=post, place=post.place, account=account, starts_at=NOON + HOUR / 2,
                ends_at=NOON + 4 * HOUR, status="ACCEPTED", asked_at=NOON,
            )  # fmt: skip
        assert not arrive(account, post).is_unplanned

    def test_twice_names_where_they_are(self, lead):
        account = world.volunteer(RIVERSIDE).account
        arrive(account, world.post(RIVERSIDE, "东门"))

        with pytest.raises(Refused, match="checked in at “东门” since 2026-03-02 12:00"):
            arrive(account, world.post(RIVERSIDE, "西门"))

    def test_out_of_another_post_is_refused(self, lead):
        account = world.volunteer(RIVERSIDE).account
        arrive(account, world.post(RIVERSIDE, "东门"))

        with pytest.raises(Refused, match="Check out there first"):
            leave(account, world.post(RIVERSIDE, "西门"), NOON + HOUR)

    def test_out_without_in_is_refused(self, lead):
        with pytest.raises(Refused, match="not checked in"):
            leave(world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE), NOON)

    def test_whoever_forgot_asks_the_lead(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
        entry = arrive(account, post)

        with pytest.raises(Refused, match="Tell your lead when you left"):
            leave(account, post, NOON + 17 * HOUR)
        with world.as_(lead, NOON + 20 * HOUR):
            kept = operations.correct(
                entry_id=entry.pk, left_at=NOON + 4 * HOUR, reason="忘记签退",
                by=lead.account, at=NOON + 20 * HOUR,
            )  # fmt: skip
        assert (kept.hours, kept.status, kept.corrected_by) == (4, "PENDING", lead.account)

    def test_a_closed_post_takes_nobody(self, lead):
        post = world.post(RIVERSIDE, closed_at=NOON)

        with pytest.raises(Refused, match="is closed"):
            arrive(world.volunteer(RIVERSIDE).account, post)


@pytest.mark.django_db
class TestVolunteers:
    @pytest.mark.parametrize(
        ("lacks", "post", "sentence"),
        [
            ({"agreed_at": None}, {}, "own free will"),
            ({"is_adult": False}, {"adults_only": True}, "only adults"),
            ({"insurance": "", "insured_until": None}, {"risk": 1}, "no insurance holds"),
            ({"insured_until": (NOON - DAY).date()}, {"risk": 3}, "no insurance holds"),
        ],
    )
    def test_what_stands_against_serving(self, lead, lacks, post, sentence):
        volunteer = world.volunteer(RIVERSIDE, **lacks)

        with pytest.raises(Refused, match=sentence):
            arrive(volunteer.account, world.post(RIVERSIDE, **post))

    @pytest.mark.parametrize(
        ("has", "post"),
        [
            ({"is_adult": False}, {}),
            ({"insurance": "", "insured_until": None}, {"risk": 0}),
            ({"insured_until": NOON.date()}, {"risk": 1}),
        ],
    )
    def test_what_does_not_stand_against_it(self, lead, has, post):
        assert arrive(world.volunteer(RIVERSIDE, **has).account, world.post(RIVERSIDE, **post))

    def test_staff_need_no_insurance_of_their_own(self, lead):
        assert arrive(world.worker(RIVERSIDE).account, world.post(RIVERSIDE, risk=2))

    def test_the_risks_are_read_first_and_a_new_version_is_read_anew(self, lead):
        account = world.volunteer(RIVERSIDE).account
        with world.as_(lead):
            write = {"title": "采样风险", "code": RIVERSIDE, "by": lead.account, "at": NOON}
            first = operations.make_briefing(text="会接触病人。", **write)
            post = operations.make_post(
                name="采样台", code=RIVERSIDE, risk=2, briefing_id=first.pk,
                by=lead.account, at=NOON,
            )  # fmt: skip
        with pytest.raises(Refused, match="Read the risks of this work first: “采样风险 v1”"):
            arrive(account, post)
        with here(account):
            operations.read_briefing(briefing_id=first.pk, by=account, at=NOON)
        arrive(account, post)
        leave(account, post, NOON + HOUR)
        with world.as_(lead):
            operations.make_briefing(text="会接触病人；穿防护服。", **write)
        with pytest.raises(Refused, match="采样风险 v2"):
            arrive(account, post, NOON + 2 * HOUR)

    def test_dangerous_work_without_a_text_is_no_post(self, lead):
        with world.as_(lead), pytest.raises(Refused, match="Tell the risks"):
            operations.make_post(name="x", code=RIVERSIDE, risk=1, by=lead.account, at=NOON)

    def test_nobody_is_asked_to_dangerous_work_uninsured(self, lead):
        volunteer = world.volunteer(RIVERSIDE, insurance="", insured_until=None, agreed_at=None)
        call = {
            "accounts": [volunteer.account_id], "starts_at": NOON + DAY,
            "ends_at": NOON + DAY + HOUR, "by": lead.account, "at": NOON,
        }  # fmt: skip
        with world.as_(lead), pytest.raises(Refused, match="no insurance holds"):
            operations.call_to_post(post_id=world.post(RIVERSIDE, "甲", risk=1).pk, **call)
        with world.as_(lead):
            [asked] = operations.call_to_post(post_id=world.post(RIVERSIDE, "乙").pk, **call)
        with here(volunteer.account), pytest.raises(Refused, match="own free will"):
            operations.answer_call(call_id=asked.pk, accepts=True, by=volunteer.account, at=NOON)
        with here(volunteer.account):
            operations.agree(by=volunteer.account, at=NOON)
            kept = operations.answer_call(
                call_id=asked.pk, accepts=True, by=volunteer.account, at=NOON
            )
        assert kept.status == "ACCEPTED"

    def test_nobody_accepts_for_somebody_else(self, lead):
        account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
        with world.as_(lead):
            [call] = operations.call_to_post(
                post_id=post.pk, accounts=[account.pk], starts_at=NOON, ends_at=NOON + HOUR,
                by=lead.account, at=NOON,
            )  # fmt: skip
            with pytest.raises(NotAllowed, match="Only whoever was asked"):
                operations.answer_call(call_id=call.pk, accepts=True, by=lead.account, at=NOON)


@pytest.fixture
def entry(lead):
    """Hours of a volunteer that wait."""
    account, post = world.volunteer(RIVERSIDE).account, world.post(RIVERSIDE)
    arrive(account, post)
    return leave(account, post, NOON + 2 * HOUR)


@pytest.mark.django_db
class TestConfirming:
    def decide(self, lead, entry, move="confirm", **more):
        with world.as_(lead, NOON + DAY):
            work = getattr(operations, move)
            return work(entry_ids=[entry.pk], by=lead.account, at=NOON + DAY, **more)

    def test_the_lead_confirms_once(self, lead, entry):
        [kept] = self.decide(lead, entry)
        assert (kept.status, kept.decided_by) == ("CONFIRMED", lead.account)
        with pytest.raises(IllegalMove, match="This is “Confirmed” already"):
            self.decide(lead, entry, "refuse", reason="x")

    def test_a_refusal_says_why(self, lead, entry):
        with pytest.raises(Refused, match="Say why"):
            self.decide(lead, entry, "refuse", reason=" ")
        [kept] = self.decide(lead, entry, "refuse", reason="不在现场")
        assert (kept.status, kept.reason) == ("REFUSED", "不在现场")

    def test_nobody_confirms_their_own(self, lead):
        post = world.post(RIVERSIDE)
        with world.as_(lead):
            operations.check_in(post_id=post.pk, by=lead.account, at=NOON)
            mine = operations.check_out(post_id=post.pk, by=lead.account, at=NOON + HOUR)
        with pytest.raises(NotAllowed, match="Nobody confirms their own"):
            self.decide(lead, mine)

    def test_the_database_refuses_it_too(self, entry):
        with (
            factories.as_owner_of_rows(),
            pytest.raises(IntegrityError, match="hours_are_confirmed_by_somebody_else"),
            transaction.atomic(),
        ):
            HoursEntry.objects.filter(pk=entry.pk).update(
                status="CONFIRMED", decided_by=entry.account, decided_at=NOON
            )

    @pytest.mark.parametrize("place", [440103023000000, 440103022002000])
    def test_a_lead_elsewhere_cannot_see_them(self, lead, entry, place):
        role = "street_command" if place % 10**6 == 0 else "community_lead"
        other = world.lead(role, place)
        with pytest.raises(NotAllowed, match="outside your places"):
            self.decide(other, entry)

    def test_a_grid_worker_may_not(self, lead, entry):
        worker = factories.Appointment(place=RIVERSIDE)
        with pytest.raises(NotAllowed):
            self.decide(worker, entry)

    def test_the_certificate_counts_confirmed_hours_alone(self, lead, entry):
        account = entry.account
        with here(account, NOON + DAY):
            day = NOON.date()
            before = queries.certificate(account, first=day, last=day, at=NOON)
        self.decide(lead, entry)
        with here(account, NOON + DAY):
            after = queries.certificate(account, first=day, last=day, at=NOON)
        assert (before.hours, after.hours) == (0, 2)


@pytest.mark.django_db
class TestWhoSeesHours:
    def test_oneself_without_any_purpose_and_nobody_else(self, entry):
        stranger = factories.User()
        with here(entry.account):
            assert HoursEntry.objects.count() == 1
        with here(stranger):
            assert not HoursEntry.objects.exists()

    def test_a_lead_needs_the_purpose(self, lead, entry):
        with acting(of_appointment(lead, at=NOON)):
            assert not HoursEntry.objects.exists()
        with world.as_(lead):
            assert HoursEntry.objects.exists()


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


@pytest.mark.django_db(transaction=True)
def test_two_phones_check_the_same_person_in_once():
    account, post = factories.User(), world.post(STREET)
    answers, start = [None, None], threading.Barrier(2)

    def run(index):
        try:
            start.wait(timeout=20)
            arrive(account, post)
            answers[index] = "in"
        except Refused:
            answers[index] = "refused"
        except Exception as error:  # shown by the assertion
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[n], daemon=True) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(map(str, answers)) == ["in", "refused"]
