"""Shifts handed on: offered, agreed, approved, with the rules held at each step."""

import pytest
from tests import factories
from tests.factories import NOON
from tests.kapok.workforce import world
from tests.small_town import HILLSIDE, RIVERSIDE

from kapok.errors import NotAllowed, Refused
from kapok.workforce import operations
from kapok.workforce.workflow import IllegalMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def li(lead):
    """A colleague at the same gates."""
    return world.keeper("李娜")


def offer(who, shift, to=None, note=""):
    with world.at_work(who):
        return operations.offer_swap(
            shift_id=shift.pk, to=to and to.account_id, note=note, by=who.account, at=NOON
        )


def agree(who, swap, in_return=None):
    with world.at_work(who):
        return operations.agree_swap(
            offer_id=swap.pk, in_return=in_return and in_return.pk, by=who.account, at=NOON
        )


def approve(lead, swap, reason=""):
    with world.as_(lead):
        return operations.approve_swap(offer_id=swap.pk, reason=reason, by=lead.account, at=NOON)


def refuse(who, swap, reason=""):
    with world.as_(who) if who.role == "street_command" else world.at_work(who):
        return operations.refuse_swap(offer_id=swap.pk, reason=reason, by=who.account, at=NOON)


class TestTheWholeWay:
    def test_a_shift_offered_to_everybody_goes_to_who_agreed_once_the_lead_approves(
        self, lead, keeper, li
    ):
        shift = world.shift(keeper)

        swap = offer(keeper, shift, note="孩子发烧")
        agree(li, swap)
        assert world.seen(shift).account_id == keeper.account_id
        approve(lead, swap)

        assert world.seen(shift).account_id == li.account_id
        assert world.seen(swap).state == "APPROVED"

    def test_two_shifts_at_the_same_time_are_exchanged(self, lead, keeper, li):
        mine, theirs = world.shift(keeper), world.shift(li, start=26, post="西门")

        swap = offer(keeper, mine, to=li)
        agree(li, swap, in_return=theirs)
        approve(lead, swap)

        assert world.seen(mine).account_id == li.account_id
        assert world.seen(theirs).account_id == keeper.account_id

    def test_other_offers_of_what_changed_hands_are_withdrawn(self, lead, keeper, li):
        mine, theirs = world.shift(keeper), world.shift(li, start=72)
        swap = agree(li, offer(keeper, mine), in_return=theirs)
        other = offer(li, theirs)

        approve(lead, swap)

        assert world.seen(other).state == "WITHDRAWN"


class TestWhoMayWhat:
    def test_only_ones_own_shift_is_offered(self, lead, keeper, li):
        with pytest.raises(NotAllowed, match="not yours"):
            offer(li, world.shift(keeper))

    def test_a_shift_is_offered_once(self, lead, keeper):
        shift = world.shift(keeper)
        offer(keeper, shift)

        with pytest.raises(Refused, match="You offer this shift already"):
            offer(keeper, shift)

    def test_what_has_begun_is_not_offered(self, lead, keeper):
        with pytest.raises(Refused, match="has begun"):
            offer(keeper, world.shift(keeper, start=-1))

    def test_phases_are_not_swapped(self, lead, keeper):
        with pytest.raises(Refused, match="Only duties"):
            offer(keeper, world.shift(keeper, kind="STANDBY"))

    def test_nobody_else_agrees_to_what_is_offered_to_one(self, lead, keeper, li):
        swap = offer(keeper, world.shift(keeper), to=li)

        with pytest.raises(NotAllowed):
            agree(world.keeper("张"), swap)

    def test_somebody_of_another_place_does_not_see_an_offer_to_everybody(self, lead, keeper):
        swap = offer(keeper, world.shift(keeper))

        with pytest.raises(NotAllowed):
            agree(world.keeper("外", place=HILLSIDE), swap)

    def test_nobody_agrees_to_their_own(self, lead, keeper):
        with pytest.raises(NotAllowed):
            agree(keeper, offer(keeper, world.shift(keeper)))

    def test_nobody_of_another_party_agrees(self, lead, keeper):
        swap = offer(keeper, world.shift(keeper, party="community"))
        police = world.keeper("张警官", role="police_member")

        with pytest.raises(Refused, match="party “Community”, which 张警官 does not stand for"):
            agree(police, swap)

    def test_workers_approve_nothing(self, lead, keeper, li):
        swap = agree(li, offer(keeper, world.shift(keeper)))

        with world.at_work(li), pytest.raises(NotAllowed):
            operations.approve_swap(offer_id=swap.pk, by=li.account, at=NOON)

    def test_no_lead_approves_a_swap_of_their_own(self, lead, keeper):
        chief = world.lead("community_lead", RIVERSIDE)
        swap = agree(chief, offer(keeper, world.shift(keeper)))

        with pytest.raises(NotAllowed, match="Ask another lead"):
            approve(chief, swap)

    def test_nothing_is_approved_before_somebody_agreed(self, lead, keeper):
        with pytest.raises(IllegalMove):
            approve(lead, offer(keeper, world.shift(keeper)))

    def test_a_lead_refuses_with_a_reason_that_both_read(self, lead, keeper, li):
        shift = world.shift(keeper)
        swap = agree(li, offer(keeper, shift))

        with pytest.raises(Refused, match="Say why"):
            refuse(lead, swap)
        refuse(lead, swap, "人手不够")

        assert (world.seen(swap).state, world.seen(swap).reason) == ("REFUSED", "人手不够")
        assert world.seen(shift).account_id == keeper.account_id

    def test_the_colleague_who_was_asked_says_no_without_a_reason(self, lead, keeper, li):
        swap = offer(keeper, world.shift(keeper), to=li)

        refuse(li, swap)

        assert world.seen(swap).state == "REFUSED"

    def test_whoever_offered_takes_it_back_and_offers_it_again(self, lead, keeper, li):
        shift = world.shift(keeper)
        swap = offer(keeper, shift)
        with world.at_work(li), pytest.raises(NotAllowed):
            operations.withdraw_swap(offer_id=swap.pk, by=li.account, at=NOON)
        with world.at_work(keeper):
            operations.withdraw_swap(offer_id=swap.pk, by=keeper.account, at=NOON)

        assert offer(keeper, shift, to=li).state == "OFFERED"

    def test_what_was_promised_elsewhere_is_not_given_in_return(self, lead, keeper, li):
        theirs = world.shift(li, start=72)
        offer(li, theirs)

        with pytest.raises(Refused, match="You offer this shift to others yourself"):
            agree(li, offer(keeper, world.shift(keeper)), in_return=theirs)

    def test_what_was_promised_in_return_is_not_promised_twice(self, lead, keeper, li):
        theirs = world.shift(li, start=96)
        agree(li, offer(keeper, world.shift(keeper)), in_return=theirs)

        with pytest.raises(Refused, match="in return already"):
            agree(li, offer(keeper, world.shift(keeper, start=48)), in_return=theirs)


class TestRulesAtEachStep:
    def test_not_at_the_offer_where_something_in_return_would_help(self, lead, keeper, li):
        shift = world.shift(keeper)
        world.shift(li, start=33)  # one hour after, which could be given in return
        assert offer(keeper, shift, to=li).state == "OFFERED"

    def test_at_the_offer_where_nothing_in_return_would_help(self, lead, keeper, li):
        world.shift(li, start=15)
        world.shift(li, start=33)

        with pytest.raises(Refused, match="Rest: 李娜 would have 1 hours"):
            offer(keeper, world.shift(keeper), to=li)

    def test_at_the_agreement(self, lead, keeper, li):
        swap = offer(keeper, world.shift(keeper), to=li)
        world.shift(li, start=33)

        with pytest.raises(Refused, match="Rest: 李娜"):
            agree(li, swap)

    def test_at_the_approval(self, lead, keeper, li):
        swap = agree(li, offer(keeper, world.shift(keeper)))
        world.shift(li, start=33)

        with pytest.raises(Refused, match="Rest: 李娜"):
            approve(lead, swap)

    def test_for_whoever_offered_as_well_where_they_get_one_in_return(self, lead, keeper, li):
        world.shift(keeper, start=80)  # eight hours after what they would get
        theirs = world.shift(li, start=64)

        with pytest.raises(Refused, match="Rest: 王小明 would have 8 hours"):
            agree(li, offer(keeper, world.shift(keeper)), in_return=theirs)

    def test_what_is_given_in_return_no_longer_counts(self, lead, keeper, li):
        theirs = world.shift(li, start=33)

        swap = agree(li, offer(keeper, world.shift(keeper)), in_return=theirs)

        assert approve(lead, swap).state == "APPROVED"

    def test_long_hours_wait_for_the_reason_of_the_lead(self, lead, keeper, li):
        for n in range(4):
            world.shift(li, start=24 * (7 + n), hours=11)
        swap = agree(li, offer(keeper, world.shift(keeper, start=24 * 11)))

        with pytest.raises(Refused, match=r"李娜 would have 52, .* more than 48 need a lead"):
            approve(lead, swap)
        approve(lead, swap, reason="台风")

        assert world.seen(swap).reason == "台风"

    def test_a_shift_at_another_place_stands_against_it_for_a_lead_who_does_not_see_it(
        self, lead, keeper, li
    ):
        chief = world.lead("community_lead", RIVERSIDE)
        swap = agree(li, offer(keeper, world.shift(keeper)))
        world.shift(li, start=33, place=HILLSIDE, post="山门")

        with pytest.raises(Refused, match="“a shift elsewhere”"):
            approve(chief, swap)

    def test_what_was_cancelled_since_is_not_approved(self, lead, keeper, li):
        shift = world.shift(keeper)
        swap = agree(li, offer(keeper, shift))
        with world.as_(lead):
            operations.cancel_shift(shift_id=shift.pk, reason="暴雨", by=lead.account, at=NOON)

        with pytest.raises(IllegalMove):
            approve(lead, swap)
        assert world.seen(swap).state == "WITHDRAWN"

    def test_what_changed_hands_since_is_not_approved(self, lead, keeper, li):
        shift = world.shift(keeper)
        swap = agree(li, offer(keeper, shift))
        with factories.as_owner_of_rows():
            shift.account = world.keeper("张").account
            shift.save()

        with pytest.raises(Refused, match="changed hands"):
            approve(lead, swap)
