"""A notice goes from the district to each household, at once or level by level."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.http import Http404
from tests.kapok.outreach.conftest import COMMUNITY, DISTRICT, FAR_GRID, GRID, NEXT_GRID, STREET

from kapok.access.scope import acting, of_box, of_resident
from kapok.errors import NotAllowed, Refused
from kapok.outreach.models import Group, Message, Notice, Passing, Receipt
from kapok.outreach.operations import answering, going, groups, passing, queueing, writing
from kapok.outreach.queries import doors as query
from kapok.outreach.sending import hours

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def places(office, version, **wanted):
    with office.post():
        found = Passing.objects.filter(version=version, **wanted)
        return set(found.values_list("place", flat=True))


def test_the_groups_are_the_areas_of_four_levels_each_below_the_nearest(office):
    office.send()
    with office.post():
        above = {each.place: each.parent and each.parent.place for each in
                 Group.objects.select_related("parent")}  # fmt: skip
    assert above == {
        DISTRICT: None, STREET: DISTRICT, COMMUNITY: STREET, GRID: COMMUNITY,
        NEXT_GRID: COMMUNITY, FAR_GRID: DISTRICT,
    }  # fmt: skip


def test_at_once_it_comes_to_all_groups_and_each_telephone_gets_it_once(office, town):
    version = office.sent()
    assert places(office, version, passed_at=None) == set()
    told = office.messages(version)
    assert [message.place for message in told] == [GRID, NEXT_GRID, FAR_GRID]
    assert {message.state for message in told} == {"WAITING"}
    here = office.passing(version, GRID)
    assert (here.n_households, here.n_without_phone, here.n_messages) == (3, 1, 1)


def test_queueing_again_or_in_parts_doubles_nothing(office):
    version = office.version(office.send())
    assert office.queue(at_most=1) == 6
    assert office.queue() == 0
    assert len(office.messages(version)) == 3


def test_level_by_level_it_waits_for_each_to_pass_it_on(office, town):
    version = office.version(office.send(way="BY_LEVELS"))
    assert places(office, version, passed_at=None) == {STREET, FAR_GRID}
    office.queue()
    assert office.messages(version) == []
    office.pass_on(town.street, version, STREET)
    office.pass_on(
        town.lead, version, COMMUNITY, local_zh="水车停在东门。", local_en="Water car: east"
    )
    assert places(office, version, passed_at=None) == {FAR_GRID, GRID, NEXT_GRID}
    office.pass_on(town.keeper, version, GRID)
    office.queue()
    assert [message.place for message in office.messages(version)] == [GRID]
    with pytest.raises(Refused, match="passed on already"):
        office.pass_on(town.keeper, version, GRID)


def test_nobody_passes_on_for_a_place_that_is_not_theirs(office, town):
    version = office.version(office.send(way="BY_LEVELS"))
    for who in (town.stranger, town.elsewhere, town.keeper):
        with pytest.raises(Http404):
            office.pass_on(who, version, STREET)
    with pytest.raises(Http404):
        office.pass_on(town.police, version, STREET)


def test_a_local_sentence_names_nobody(office, town):
    version = office.version(office.send(way="BY_LEVELS"))
    with pytest.raises(Refused, match="names somebody"):
        office.pass_on(town.street, version, STREET, local_zh="找13800138000")


@pytest.mark.parametrize(
    "words",
    [{"title_zh": "请联系 13800138000"}, {"body_zh": "身份证 440103199001011234 的住户"},
     {"body_zh": "请打13912345678找张三"}, {"body_en": "Call 13800138000 now"},
     {"title_en": ""}, {"title_zh": "长" * 61}],
)  # fmt: skip
def test_words_that_name_somebody_or_are_not_whole_are_refused(office, words):
    with pytest.raises(Refused):
        office.draft(words=words)


def test_a_notice_is_written_for_ones_own_places(office, town):
    with pytest.raises(NotAllowed):
        office.draft(town.lead)
    with pytest.raises(NotAllowed):
        office.draft(town.worker, place=GRID, level="GRID")
    office.draft(town.lead, place=GRID, level="GRID")


def test_a_draft_is_seen_by_who_may_write_there_and_what_was_sent_by_everybody(office, town):
    office.draft()
    for who, n in [(town.officer, 1), (town.elsewhere, 0), (town.lead, 0), (town.gate, 0)]:
        with office.as_(who):
            assert Notice.objects.count() == n
    office.send()
    with office.as_(town.elsewhere):
        assert Notice.objects.count() == 1


def test_only_urgent_danger_overrides_who_wants_no_messages(office, town):
    with pytest.raises(Refused, match="danger to life"):
        office.draft(override_reason="important", urgent=True)
    with office.post():
        index = bytes(Message.objects.none().values_list("address_index").first() or b"") or None
    assert index is None
    first = office.sent()
    code = next(m.code for m in office.messages(first) if m.place == NEXT_GRID)
    answering.opt_out_by_link(code=code, at=town.noon)
    again = office.sent()
    assert {m.place: m.state for m in office.messages(again)}[NEXT_GRID] == "OPTED_OUT"
    urgent = office.sent(topic="SAFETY", urgent=True, override_reason="gas leak in the street")
    assert {m.place: m.state for m in office.messages(urgent)}[NEXT_GRID] == "WAITING"


def test_for_old_people_it_goes_to_their_households_alone(office):
    version = office.sent(audience="ELDERS")
    assert office.messages(version) == []
    here = office.passing(version, GRID)
    assert (here.n_households, here.n_without_phone) == (1, 1)


def test_a_pace_that_desks_can_bear_spreads_the_messages_over_time(office, town):
    version = office.sent(per_hour=2)
    due = sorted(message.due_at - town.noon for message in office.messages(version))
    assert due == [HOUR / 2, HOUR, 3 * HOUR / 2]


def test_no_paced_message_falls_due_at_night_unless_it_is_urgent(office, town):
    for n in (1, 2, 7, 12, 25, 40):
        with office.post(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT outreach_awake_after(%s, %s, false), outreach_awake_after(%s, %s, true)",
                [town.noon, n * HOUR, town.noon, n * HOUR],
            )
            calm, urgent = cursor.fetchone()
        assert calm == hours.awake_after(town.noon, n * HOUR)
        assert not hours.is_quiet(calm)
        assert urgent == town.noon + n * HOUR


def test_a_correction_says_what_changed_and_tells_again_instead_of_what_waits(office, town):
    notice = office.send()
    office.queue()
    first = office.version(notice)
    words = writing.Said(
        title_zh="停水改到九点", title_en="No water from 9", body_zh="九点。", body_en="At nine."
    )
    with office.as_(None), pytest.raises(Refused, match="what changed"):
        going.correct(
            notice_id=notice.pk, correction=going.Correction(words, "", "", True),
            by=town.officer.account, at=town.noon,
        )  # fmt: skip
    with office.as_(None):
        second = going.correct(
            notice_id=notice.pk, correction=going.Correction(words, "八点改九点", "8 is 9", True),
            by=town.officer.account, at=town.noon,
        )  # fmt: skip
    office.queue()
    assert queueing.cancel_next(at=town.noon) == 3
    assert queueing.cancel_next(at=town.noon) == 0
    assert {message.state for message in office.messages(first)} == {"CANCELLED"}
    assert len(office.messages(second)) == 3


def test_what_was_withdrawn_is_neither_queued_nor_passed_on(office, town):
    notice = office.send(way="BY_LEVELS")
    version = office.version(notice)
    with office.as_(None):
        with pytest.raises(Refused, match="why"):
            going.withdraw(notice_id=notice.pk, reason=" ", by=town.officer.account, at=town.noon)
        going.withdraw(
            notice_id=notice.pk, reason="wrong day", by=town.officer.account, at=town.noon
        )
    assert office.queue() == 0
    with pytest.raises(Refused, match="withdrawn"):
        office.pass_on(town.street, version, STREET)


def test_the_representative_ticks_the_doors_of_her_stairwell_and_no_others(office, town):
    version = office.sent()
    assert office.tick(town.keeper, version, town.without, town.next_door, town.far_home) == 1
    assert [each.household for each in office.receipts()] == [town.without.pk]
    here = office.passing(version, GRID)
    assert (here.n_read, here.n_read_without_phone) == (1, 1)
    assert office.tick(town.keeper, version, town.without) == 0  # once


def test_who_passes_on_over_a_place_ticks_there_and_police_nowhere(office, town):
    version = office.sent()
    assert office.tick(town.worker, version, town.without, town.next_door) == 1
    assert office.tick(town.lead, version, town.next_door) == 1
    with pytest.raises(NotAllowed):
        office.tick(town.police, version, town.with_phone)


def test_no_stranger_sees_doors_or_receipts(office, town):
    version = office.sent()
    office.tick(town.keeper, version, town.without)
    for who, rooms in [
        (town.keeper, ["101", "102", "103"]), (town.lead, ["101", "102", "103", "201"]),
        (town.stranger, ["301"]), (town.elsewhere, []), (town.police, []),
    ]:  # fmt: skip
        with office.as_(who):
            assert [door.room for door in doors(version)] == rooms
            assert not Receipt.objects.exists()  # rows without a purpose
    with acting(of_box(at=town.noon)):
        assert not Receipt.objects.exists()


def doors(version):
    return query.doors(version.pk)


def test_a_resident_notes_their_own_household_alone(office, town):
    version = office.sent()
    with acting(of_resident((town.with_phone.pk,), at=town.noon)):
        n = answering.read_own(
            version_id=version.pk, households=[town.with_phone.pk, town.next_door.pk],
            at=town.noon,
        )  # fmt: skip
    assert n == 1
    assert office.passing(version, NEXT_GRID).n_read == 0


def test_only_the_box_queues_and_takes(office, town):
    version = office.version(office.send())
    for statement in (
        f"SELECT outreach_spread('{version.pk}', 9, now())",
        "SELECT outreach_take(gen_random_uuid(), now(), interval '1 min', false, 9)",
    ):
        with (
            office.as_(town.officer),
            pytest.raises(ProgrammingError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    with office.as_(town.officer), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outreach_home(%s)", [version.pk])
        assert cursor.fetchall() == []


def test_representatives_stand_for_buildings_of_who_leads_the_groups(office, town):
    with office.as_(town.lead):
        made = groups.stand(
            building_id=town.next_to.pk, username=town.keeper.account.username,
            kind="STAIRWELL", by=town.lead.account, at=town.noon,
        )  # fmt: skip
        with pytest.raises(Refused, match="already"):
            groups.stand(
                building_id=town.next_to.pk, username=town.keeper.account.username,
                kind="BUILDING", by=town.lead.account, at=town.noon,
            )  # fmt: skip
        with pytest.raises(Refused, match="no account"):
            groups.stand(
                building_id=town.next_to.pk, username="nobody", kind="BUILDING",
                by=town.lead.account, at=town.noon,
            )  # fmt: skip
        groups.step_down(representative_id=made.pk, by=town.lead.account, at=town.noon)
    with office.as_(town.worker), pytest.raises(NotAllowed):
        groups.stand(
            building_id=town.here.pk, username="x", kind="BUILDING", by=town.worker.account,
            at=town.noon,
        )  # fmt: skip


def test_hung_up_and_spoken_are_noted(office, town):
    version = office.sent()
    found = office.passing(version, GRID)
    with office.as_(town.keeper):
        passing.note_done(passing_id=found.pk, what="hung", by=town.keeper.account, at=town.noon)
        with pytest.raises(Http404):
            passing.note_done(
                passing_id=found.pk, what="queued", by=town.keeper.account, at=town.noon
            )
    assert office.passing(version, GRID).hung_at == town.noon
