"""What volunteers are owed before they serve: free will, insurance, the risks in words."""

import pytest
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.kapok.workforce.world import DAY, HOUR, arrive, here, leave
from tests.small_town import RIVERSIDE

from kapok.errors import NotAllowed, Refused
from kapok.workforce import operations


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
