"""The seal of the trace: it shows every change, and nobody waits for it."""

import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from tests import factories
from tests.factories import NOON

from kapok.access import chain, heads
from kapok.access.models import Look, TraceBlock, TraceCheck
from kapok.access.scope import acting, of_appointment, of_watch
from kapok.access.trace import look
from kapok.box import audit, owner
from kapok.ids import uuid7

THREE_YEARS = timedelta(days=3 * 365)


def write(n=1, at=NOON):
    """Entries of the trace, each naming three people."""
    with acting(of_watch(at=at)):
        return [
            look(Look.Action.LIST, [uuid7() for _ in range(3)], place=440103022001001)
            for _ in range(n)
        ]


def proof(at=NOON):
    with acting(of_watch(at=at)):
        return chain.verify(at=at)


def faults(at=NOON):
    return [(fault.block, fault.entry) for fault in proof(at).faults]


@contextmanager
def somebody_with_all_rights():
    """Whoever holds the owner's password: the policies do not hold them, only the chain does."""
    with owner.connected(), connection.cursor() as cursor:
        yield cursor.execute


@pytest.fixture
def sealed(transactional_db, tmp_path, monkeypatch):
    """Three blocks of four entries each, with their heads exported."""
    monkeypatch.setattr(heads, "data_folder", lambda: tmp_path)
    entries = []
    for minute in range(3):
        at = NOON + timedelta(minutes=minute)
        entries.append(write(4, at))
        chain.seal(at=at)
        heads.export(at=at)
    return entries


def test_a_trace_that_nobody_touched_is_as_it_was_sealed(sealed):
    found = proof()

    assert (found.n_blocks, found.n_entries, found.n_open, found.faults) == (3, 12, 0, ())
    assert heads.compare(heads.folder()) == (3, [])


def test_python_and_the_database_write_the_same_text(sealed):
    with connection.cursor() as cursor, acting(of_watch(at=NOON)):
        statement = chain.ENTRIES.replace(" %s", " 1").split("COPY (")[1].split(") TO STDOUT")[0]
        cursor.execute(
            f"SELECT e.concat_ws = trace_text(l) FROM ({statement}) e JOIN access_look l USING (id)"
        )
        assert cursor.fetchall() == [(True,)] * 4


@pytest.mark.parametrize(
    "change",
    [
        "role = 'auditor'",
        "at = at + interval '1 microsecond'",
        "subjects[2] = gen_random_uuid()",
        "subjects = subjects[1:2]",
        "place = place + 1",
        "purpose = 'urgent_help'",
        "account = gen_random_uuid()",
        "outside_hours = NOT outside_hours",
    ],
)
def test_one_changed_value_names_the_entry(sealed, change):
    entry = sealed[1][2].pk
    with somebody_with_all_rights() as execute:
        execute(f"UPDATE access_look SET {change} WHERE id = %s", [entry])

    assert faults() == [(2, entry)]
    assert "was changed" in proof().faults[0].sentence


def test_a_removed_entry_is_named(sealed):
    entry = sealed[0][0].pk
    with somebody_with_all_rights() as execute:
        execute("DELETE FROM access_look WHERE id = %s", [entry])

    assert faults() == [(1, entry)]
    assert "is gone" in proof().faults[0].sentence


def test_an_entry_put_in_afterwards_is_named(sealed):
    [late] = write()
    with somebody_with_all_rights() as execute:
        execute("UPDATE access_look SET block = 2 WHERE id = %s", [late.pk])

    assert faults() == [(2, late.pk)]


def test_an_entry_that_was_taken_out_to_be_sealed_anew_is_named(sealed):
    entry = sealed[1][0].pk
    with somebody_with_all_rights() as execute:
        execute("UPDATE access_look SET block = NULL WHERE id = %s", [entry])
    chain.seal(at=NOON)

    assert faults() == [(2, entry)]


def test_a_block_computed_anew_does_not_fit_the_next_one(sealed):
    entry = sealed[0][0].pk
    with somebody_with_all_rights() as execute:
        execute("UPDATE access_look SET role = 'auditor' WHERE id = %s", [entry])
        execute(
            "UPDATE access_traceblock SET entries = overlay(entries PLACING substr(sha256("
            "convert_to(trace_text(look), 'UTF8')), 1, 16) FROM 17) "
            "FROM access_look AS look WHERE number = 1 AND look.id = %s",
            [entry],
        )
        execute(
            "UPDATE access_traceblock SET sha256 = sha256(convert_to(concat_ws('|', number,"
            " (extract(epoch FROM sealed_at) * 1000000)::bigint, n_entries), 'UTF8') || entries)"
            " WHERE number = 1"
        )

    assert faults() == [(2, None)]
    assert [fault.block for fault in heads.compare(heads.folder())[1]] == [1]


def test_a_block_in_the_middle_that_is_gone_is_named(sealed):
    with somebody_with_all_rights() as execute:
        execute("DELETE FROM access_look WHERE block = 2")
        execute("DELETE FROM access_traceblock WHERE number = 2")

    assert faults() == [(2, None)]


def test_an_end_that_was_cut_off_shows_by_the_exported_head(sealed):
    with somebody_with_all_rights() as execute:
        execute("DELETE FROM access_look WHERE block = 3")
        execute("DELETE FROM access_traceblock WHERE number = 3")

    assert faults() == []  # the chain alone cannot know
    [fault] = heads.compare(heads.folder())[1]
    assert fault.block == 3
    assert "gone from the trace" in fault.sentence


def test_entries_left_behind_by_a_block_that_is_gone_show(sealed):
    with somebody_with_all_rights() as execute:
        execute("DELETE FROM access_traceblock WHERE number = 3")

    assert faults() == [(3, None)]


def test_a_changed_moment_of_sealing_breaks_the_chain(sealed):
    with somebody_with_all_rights() as execute:
        execute(
            "UPDATE access_traceblock SET sealed_at = sealed_at - interval '4 years' "
            "WHERE number = 1"
        )

    assert faults() == [(1, None)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace(text.split()[5], "0" * 64), "another hash for block 2"),
        (lambda text: text + "nonsense\n", "line 4 is not a head"),
        (lambda text: "".join(reversed(text.splitlines(keepends=True))), "after a later one"),
    ],
)
def test_a_changed_head_is_named(sealed, change, says):
    [file] = heads.folder().glob("*.txt")
    file.write_text(change(file.read_text()))

    _n, found = heads.compare(heads.folder())

    assert found
    assert says in found[0].sentence


def test_a_head_is_written_once_and_only_its_owner_may_read_it(sealed):
    [file] = heads.folder().glob("*.txt")

    assert heads.export(at=NOON + timedelta(days=1)) is None
    assert [line.split()[0] for line in file.read_text().splitlines()] == ["1", "2", "3"]
    assert file.name == "2026-03-02.txt"
    assert file.stat().st_mode & 0o077 == 0


def test_entries_of_three_years_ago_may_be_forgotten_and_the_chain_still_holds(sealed):
    later = NOON + THREE_YEARS + timedelta(days=1)
    with somebody_with_all_rights() as execute:
        execute("DELETE FROM access_look WHERE block = 1")

    assert faults(at=NOON) != []
    assert faults(at=later) == []
    assert proof(at=later).n_forgotten == 4


def test_a_block_that_claims_to_be_old_does_not_let_young_entries_be_forgotten(transactional_db):
    now = timezone.now()
    write(4, now)
    chain.seal(at=now - 2 * THREE_YEARS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT n_entries FROM trace_forget(%s, 100)", [now])
        assert cursor.fetchone() == (0,)
    with acting(of_watch(at=now)):
        assert Look.objects.count() == 4


def test_the_application_cannot_write_seals_itself(sealed):
    for statement in (
        "DELETE FROM access_traceblock",
        "UPDATE access_traceblock SET n_entries = 1",
        "INSERT INTO access_traceblock (number, sealed_at, n_entries, previous, entries, sha256) "
        "VALUES (9223372036854775807, now(), 0, '', '', '')",
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            connection.cursor().execute(statement)


def test_an_entry_is_open_when_it_is_added_so_that_it_will_be_sealed(sealed):
    with acting(of_watch(at=NOON)), pytest.raises(ProgrammingError, match="row-level security"):
        Look.objects.create(at=NOON, role="box", action="LIST", n_subjects=0, subjects=[], block=0)


def test_the_command_says_what_is_wrong_and_keeps_the_result(sealed, capsys):
    assert audit._verify(heads.folder()) == 0
    assert "3 blocks, 12 entries and 3 exported heads" in capsys.readouterr().out

    with somebody_with_all_rights() as execute:
        execute("UPDATE access_look SET role = 'x' WHERE id = %s", [sealed[2][3].pk])

    assert audit._verify(heads.folder()) == 1
    said = capsys.readouterr()
    assert f"Entry {sealed[2][3].pk} of block 3 was changed." in said.err
    assert "NOT as it was sealed" in said.out
    assert [check.n_faults for check in TraceCheck.objects.order_by("at")] == [0, 1]


def test_writers_do_not_wait_for_the_sealer_and_nothing_is_left_open(transactional_db):
    """Writers commit out of order, while a sealer is in the middle of sealing and others seal."""
    write(3)
    begun, may_end = threading.Event(), threading.Event()

    def seal_slowly():
        try:
            with transaction.atomic():
                chain.seal(at=NOON)
                begun.set()
                assert may_end.wait(30)
        finally:
            connection.close()

    def write_beside(number):
        try:
            with acting(of_watch(at=NOON)):
                early = look(Look.Action.OPEN, [uuid7()])  # its key is older than its commit
                if number == 0:
                    holds_open.set()
                    assert released.wait(30)
            wrote.append(early.pk)
        finally:
            connection.close()

    wrote, holds_open, released = [], threading.Event(), threading.Event()
    sealer = threading.Thread(target=seal_slowly)
    sealer.start()
    assert begun.wait(30)
    writers = [threading.Thread(target=write_beside, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    assert holds_open.wait(30)
    for writer in writers[1:]:
        writer.join(30)
    assert len(wrote) == 7  # all but the one that is held, though the sealer has not ended
    may_end.set()
    sealer.join(30)
    chain.seal(at=NOON)
    released.set()
    writers[0].join(30)
    chain.seal(at=NOON)

    found = proof()
    assert (found.n_entries, found.n_open, found.faults) == (11, 0, ())
    assert found.n_blocks == 3


def test_two_sealers_make_one_chain(transactional_db):
    write(40)
    start = threading.Barrier(4)

    def seal():
        try:
            start.wait(30)
            chain.seal(at=NOON)
        finally:
            connection.close()

    sealers = [threading.Thread(target=seal) for _ in range(4)]
    for sealer in sealers:
        sealer.start()
    for sealer in sealers:
        sealer.join(30)

    assert TraceBlock.objects.count() == 1
    assert proof().faults == ()


@pytest.mark.django_db
def test_who_names_a_subject_is_found_inside_the_acting_places_alone():
    somebody = uuid7()
    with acting(of_watch(at=NOON)):
        near = look(Look.Action.OPEN, [uuid7(), somebody], place=440103022001001)
        look(Look.Action.OPEN, [somebody], place=440104022001001)
        look(Look.Action.OPEN, [uuid7()], place=440103022001001)

    def found(**appointment):
        who = of_appointment(factories.Appointment(**appointment), at=NOON)
        with acting(who), connection.cursor() as cursor:
            cursor.execute("SELECT trace_naming(%s)", [somebody])
            return [row[0] for row in cursor.fetchall()]

    assert found(role="auditor", place=440103000000000, level="DISTRICT") == [near.pk]
    assert found(role="grid_worker", place=440103022001001) == []
