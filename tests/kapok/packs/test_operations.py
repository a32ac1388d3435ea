import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from tests import factories
from tests.kapok.packs.small_pack import small_pack

from kapok.access import scope
from kapok.access.models import Appointment, User
from kapok.errors import NotAllowed, Refused
from kapok.packs import look_up, operations
from kapok.packs.models import Pack

NOON = factories.NOON
HOUR = timedelta(hours=1)
GRID = 440103022001001
DISTRICT = 440103000000000
STREET = 440103022000000

pytestmark = pytest.mark.django_db


def drafted(**more) -> Pack:
    return operations.draft(text=small_pack(**more), by=None, at=NOON)


def in_force(*, valid_from: datetime = NOON, **more) -> Pack:
    pack = drafted(**more)
    return operations.put_in_force(pack=pack.pk, valid_from=valid_from, by=None, at=NOON)


def wait(moment: datetime, place: int = GRID) -> float:
    return look_up.packs_at(place, moment).value("wait").number


def acting_as(role: str, account: User, place: int = DISTRICT):
    appointment = Appointment(
        role=role, account=account, ranges=((place, place + 10**9),), areas=[], starts_at=NOON
    )
    return scope.acting(scope.of_appointment(appointment, at=NOON))


@pytest.fixture
def people(db) -> tuple[User, User]:
    return factories.User(), factories.User()


@pytest.mark.usefixtures("box")
def test_a_pack_in_force_is_looked_up_and_a_draft_is_not():
    drafted()
    with pytest.raises(Refused, match="No pack in force here has the kind “lamp”"):
        look_up.packs_at(GRID, NOON).kind("lamp")
    pack = in_force()
    kind, ref = look_up.packs_at(GRID, NOON).kind("lamp")
    assert (kind.code, ref) == ("lamp", look_up.PackRef(pack.pk, "small", 2))


@pytest.mark.usefixtures("box")
def test_a_pack_holds_in_its_period_and_in_its_area():
    pack = in_force()
    rules = look_up.packs_at
    assert not rules(GRID, NOON - HOUR).packs
    assert not rules(440104001001001, NOON).packs
    operations.end_at(pack=pack.pk, ends_at=NOON + HOUR, by=None, at=NOON)
    assert rules(GRID, NOON).packs
    assert not rules(GRID, NOON + HOUR).packs


@pytest.mark.usefixtures("box")
def test_the_version_before_ends_when_the_next_begins():
    old = in_force(wait=2)
    new = in_force(wait=3, valid_from=NOON + HOUR)
    assert (old.version, new.version) == (1, 2)
    assert [wait(NOON), wait(NOON + HOUR)] == [2, 3]
    assert Pack.objects.get(pk=old.pk).valid_to == NOON + HOUR
    assert look_up.pack(old.pk).values["wait"].number == 2


@pytest.mark.usefixtures("box")
def test_the_smaller_area_wins_and_then_the_later_pack():
    in_force(code="province", jurisdiction=440000000000000, wait=1)
    in_force(code="street", jurisdiction=STREET, wait=3)
    in_force(code="other", jurisdiction=440103023000000, wait=4)
    assert wait(NOON) == 3
    assert wait(NOON, 440103024001001) == 1
    in_force(code="street-later", jurisdiction=STREET, wait=5, valid_from=NOON + HOUR)
    assert [wait(NOON), wait(NOON + HOUR)] == [3, 5]


@pytest.mark.usefixtures("box")
def test_one_version_alone_is_in_force_at_a_time():
    in_force(valid_from=NOON + HOUR)
    second = drafted()
    with pytest.raises(Refused, match=r"Version 1 is to begin on .* Withdraw it"):
        operations.put_in_force(pack=second.pk, valid_from=NOON, by=None, at=NOON)
    with (
        pytest.raises(IntegrityError, match="pack_is_in_force_once_at_a_time"),
        transaction.atomic(),
    ):
        Pack.objects.filter(pk=second.pk).update(state="IN_FORCE", valid_from=NOON + 2 * HOUR)


@pytest.mark.usefixtures("box")
def test_what_decided_cannot_be_rewritten_or_deleted():
    pack = in_force()
    with pytest.raises(ProgrammingError, match="pack_"), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(text="other")
    with pytest.raises(ProgrammingError, match="pack_"), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).delete()
    draft = drafted()
    Pack.objects.filter(pk=draft.pk).delete()


@pytest.mark.usefixtures("box")
def test_a_draft_is_replaced_and_its_code_stays():
    draft = drafted(wait=2)
    again = operations.draft(text=small_pack(wait=9), by=None, at=NOON, replaces=draft.pk)
    assert (again.pk, again.version) == (draft.pk, 1)
    assert Pack.objects.get().body["values"]["wait"]["number"] == 9
    with pytest.raises(Refused, match="The code of a draft stays as it is"):
        operations.draft(text=small_pack(code="new"), by=None, at=NOON, replaces=draft.pk)
    operations.withdraw(pack=draft.pk, by=None, at=NOON)
    with pytest.raises(Refused, match="no draft any more"):
        operations.draft(text=small_pack(), by=None, at=NOON, replaces=draft.pk)


@pytest.mark.usefixtures("box")
def test_a_faulty_text_is_refused_with_all_its_faults():
    with pytest.raises(operations.Faulty) as refusal:
        operations.draft(text="code: 5", by=None, at=NOON)
    assert len(refusal.value.faults) > 5
    assert "… and" in str(refusal.value)
    assert not Pack.objects.exists()


@pytest.mark.usefixtures("box")
def test_one_code_is_over_one_area():
    drafted()
    with pytest.raises(Refused, match="Give the pack of another area another code"):
        drafted(jurisdiction=STREET)


def test_who_wrote_a_pack_does_not_put_it_in_force(people):
    writer, other = people
    with acting_as("administrator", writer):
        pack = operations.draft(text=small_pack(), by=writer, at=NOON)
        with pytest.raises(NotAllowed, match=r"pack:put_in_force"):
            operations.put_in_force(pack=pack.pk, valid_from=NOON, by=writer, at=NOON)
    with (
        acting_as("district_command", writer),
        pytest.raises(NotAllowed, match="Ask somebody else"),
    ):
        operations.put_in_force(pack=pack.pk, valid_from=NOON, by=writer, at=NOON)
    with acting_as("district_command", other):
        done = operations.put_in_force(pack=pack.pk, valid_from=NOON, by=other, at=NOON)
    assert (done.made_by, done.in_force_by, done.in_force_at) == (writer, other, NOON)


def test_nobody_writes_rules_for_places_that_are_not_theirs(people):
    writer, other = people
    with acting_as("administrator", writer), pytest.raises(NotAllowed):
        operations.draft(text=small_pack(jurisdiction=440000000000000), by=writer, at=NOON)
    with acting_as("administrator", writer):
        pack = operations.draft(text=small_pack(), by=writer, at=NOON)
    with acting_as("district_command", other, 440104000000000), pytest.raises(NotAllowed):
        operations.put_in_force(pack=pack.pk, valid_from=NOON, by=other, at=NOON)
    with acting_as("dispatcher", other), pytest.raises(NotAllowed):
        operations.withdraw(pack=pack.pk, by=other, at=NOON)


def test_the_database_keeps_strangers_from_packs(people):
    writer, other = people
    with acting_as("administrator", writer):
        pack = operations.draft(text=small_pack(), by=writer, at=NOON)
    for role, place in (("dispatcher", DISTRICT), ("administrator", 440104000000000)):
        with acting_as(role, other, place):
            assert Pack.objects.filter(pk=pack.pk).update(note="changed") == 0


def test_rules_do_not_hold_backwards(people):
    writer, other = people
    with acting_as("administrator", writer):
        pack = operations.draft(text=small_pack(), by=writer, at=NOON)
    with acting_as("district_command", other):
        with pytest.raises(Refused, match="do not hold backwards"):
            operations.put_in_force(pack=pack.pk, valid_from=NOON - HOUR, by=other, at=NOON)
        operations.put_in_force(pack=pack.pk, valid_from=NOON, by=other, at=NOON)
        with pytest.raises(Refused, match="Only a draft is put in force"):
            operations.put_in_force(pack=pack.pk, valid_from=NOON, by=other, at=NOON)
        with pytest.raises(Refused, match="does not end in the past"):
            operations.end_at(pack=pack.pk, ends_at=NOON - HOUR, by=other, at=NOON)
        with pytest.raises(Refused, match="Let it end instead"):
            operations.withdraw(pack=pack.pk, by=other, at=NOON)


@pytest.mark.usefixtures("box")
def test_a_pack_that_has_not_begun_is_withdrawn():
    pack = in_force(valid_from=NOON + HOUR)
    operations.withdraw(pack=pack.pk, by=None, at=NOON, note="a slip")
    assert not look_up.packs_at(GRID, NOON + 2 * HOUR).packs
    with pytest.raises(Refused, match="withdrawn already"):
        operations.withdraw(pack=pack.pk, by=None, at=NOON)
    with pytest.raises(Refused, match="Only a pack in force is ended"):
        operations.end_at(pack=pack.pk, ends_at=NOON + HOUR, by=None, at=NOON)


@pytest.mark.usefixtures("box")
def test_what_was_taken_back_with_its_transaction_is_forgotten():
    in_force(wait=2)
    with transaction.atomic():
        in_force(wait=3, valid_from=NOON + HOUR)
        assert wait(NOON + HOUR) == 3
        transaction.set_rollback(True)
    look_up.forget()
    assert wait(NOON + HOUR) == 2


@pytest.mark.usefixtures("box")
def test_what_another_process_changes_is_seen_within_a_second(monkeypatch):
    pack = in_force(wait=2)
    assert wait(NOON) == 2
    clock = iter([0.5, 1.5, 1.5])
    monkeypatch.setattr(look_up, "monotonic", lambda: look_up._CACHE.checked_s + next(clock))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE packs_pack SET valid_to = %s, revision = gen_random_uuid()", [NOON + HOUR]
        )
    assert wait(NOON + HOUR) == 2  # half a second later
    assert not look_up.packs_at(GRID, NOON + HOUR).packs
    assert look_up.pack(pack.pk).code == "small"


@pytest.mark.usefixtures("box")
def test_looking_rules_up_asks_nothing_while_nothing_changed(
    monkeypatch, django_assert_num_queries
):
    operations.ensure_shipped(at=NOON)
    first = look_up.packs_at(GRID, NOON)
    monkeypatch.setattr(look_up, "FRESH_S", 3600)
    with django_assert_num_queries(0):
        for n in range(1000):
            assert look_up.packs_at(GRID + n, NOON) is first


@pytest.mark.usefixtures("box")
def test_the_shipped_packs_come_once_and_hold():
    assert operations.ensure_shipped(at=NOON) == 2
    assert operations.ensure_shipped(at=NOON) == 0
    rules = look_up.packs_at(GRID, datetime(2021, 6, 12, 13, tzinfo=UTC))
    assert rules.kind("forced_exit")[1].code == "gd-2021"
    assert rules.zone_kind("closed_2021")[0].exits[0].always_open
    assert {ref.code for _, ref in rules.kinds()} == {"gd-2021"}
    later = look_up.packs_at(GRID, NOON)
    assert {ref.code for _, ref in later.kinds()} == {"gd-2021", "typhoon-demo"}


@pytest.mark.django_db(transaction=True)
def test_two_people_put_two_versions_in_force_at_once():
    """One of them is first; the other's version follows it or is refused, and never both hold."""
    with scope.acting(scope.of_box(at=NOON)):
        packs = [drafted(wait=n).pk for n in (1, 2)]
    barrier, refusals = threading.Barrier(2), []

    def put(pack):
        try:
            barrier.wait()
            with scope.acting(scope.of_box(at=NOON)):
                operations.put_in_force(pack=pack, valid_from=NOON, by=None, at=NOON)
        except Refused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=put, args=(pack,)) for pack in packs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refusals) == 1
    assert Pack.objects.filter(state="IN_FORCE").count() == 1
