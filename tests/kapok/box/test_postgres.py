"""The embedded server: private, with a plain role, and gone when it is stopped."""

import os
import shutil
import signal
import stat
import time

import psycopg
import pytest

from kapok.box import postgres
from kapok.errors import Refused


@pytest.fixture
def folder(tmp_path):
    """A folder for a server's files, stopped at the end whatever happened."""
    files = tmp_path / "postgres"
    yield files
    postgres.stop(files)


@pytest.mark.parametrize("name", [postgres.OWNER, postgres.APPLICATION])
def test_kapok_works_and_owns_as_plain_roles(folder, name):
    server = postgres.start(folder, durable=False)

    with psycopg.connect(server.url(role=name)) as connection:
        role = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        version = connection.info.server_version
        encoding = connection.execute("SHOW server_encoding").fetchone()

    assert role == (name, False, False, False, False)
    assert version >= 180_000
    assert encoding == ("UTF8",)


def test_only_the_owner_makes_tables(folder):
    server = postgres.start(folder, durable=False)

    with psycopg.connect(server.url(role=postgres.OWNER)) as connection:
        connection.execute("CREATE TABLE trial (id int)")
    with (
        psycopg.connect(server.url()) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("CREATE TABLE another (id int)")


def test_nobody_else_reaches_the_socket_and_no_port_is_open(folder):
    server = postgres.start(folder, durable=False)

    with psycopg.connect(server.url()) as connection:
        listens = connection.execute("SHOW listen_addresses").fetchone()

    assert listens == ("",)
    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700


def test_data_outlives_a_stop(folder):
    server = postgres.start(folder)
    with psycopg.connect(server.url(role=postgres.OWNER)) as connection:
        connection.execute("CREATE TABLE trial (id int)")
    server.stop()

    again = postgres.start(folder)

    assert not again.was_running
    with psycopg.connect(again.url(role=postgres.OWNER)) as connection:
        assert connection.execute("SELECT count(*) FROM trial").fetchone() == (0,)


def test_a_server_left_running_is_taken_over(folder):
    postgres.start(folder, durable=False)

    assert postgres.start(folder, durable=False).was_running


def test_a_killed_server_starts_again(folder):
    postgres.start(folder)
    pid = int((folder / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    while postgres._is_live_postgres(str(pid)):
        time.sleep(0.05)

    again = postgres.start(folder)

    assert not again.was_running
    with psycopg.connect(again.url(role=postgres.OWNER)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_files_that_were_not_finished_are_made_anew(folder):
    half = folder.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    postgres.start(folder, durable=False)

    assert not half.exists()


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(tmp_path):
    files = tmp_path.joinpath(*["a-folder-with-a-long-name"] * 6) / "postgres"
    try:
        server = postgres.start(files, durable=False)

        with psycopg.connect(server.url(role=postgres.OWNER)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    finally:
        postgres.stop(files)
        shutil.rmtree(server.socket_folder)


def test_another_folder_in_the_place_of_the_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(postgres, "SOCKET_PATH_MAX", len(str(tmp_path)) + 40)
    files = tmp_path / ("long" * 20) / "postgres"
    short = postgres._socket_folder(files)
    short.chmod(0o777)

    with pytest.raises(Refused, match="belongs to somebody else"):
        postgres._socket_folder(files)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "initdb: error: could not write file: No space left on device",
            "the disk is full. Make room, or set KAPOK_DATA to a folder on another disk.",
        ),
        (
            "LOG: starting\n2026 FATAL:  data directory was initialized by version 17",
            "data directory was initialized by version 17.",
        ),
        ("", "it said nothing."),
    ],
)
def test_the_line_that_says_what_is_wrong_is_handed_on(said, reason):
    assert postgres._reason(said) == reason
