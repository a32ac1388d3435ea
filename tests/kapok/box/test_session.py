"""The data folder, the key and the lock of a box."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest

from kapok.box import folder, session
from kapok.errors import Refused


def test_the_key_is_drawn_once_and_its_owner_alone_can_read_it(tmp_path):
    key = session.secret_key(tmp_path)

    assert len(key) >= 50
    assert session.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_key_that_was_cut_off_is_drawn_again(tmp_path):
    (tmp_path / "secret-key").touch(mode=0o600)

    key = session.secret_key(tmp_path)

    assert key
    assert session.secret_key(tmp_path) == key


def test_a_second_kapok_on_the_same_data_is_refused(tmp_path):
    with (
        session._hold(tmp_path, alone=True),
        pytest.raises(Refused, match="Kapok is running already"),
        session._hold(tmp_path, alone=True),
    ):
        pass


def test_a_command_may_work_beside_a_running_kapok(tmp_path):
    with session._hold(tmp_path, alone=True) as first, session._hold(tmp_path, alone=False) as last:
        assert (first, last) == (True, False)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / "data").touch()
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path / "data"))

    with pytest.raises(Refused, match="cannot be written"):
        folder.prepared()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://li:secret@127.0.0.1:1/town", "does not answer"),
        ("sqlite:///town", "must be the address of a PostgreSQL database"),
    ],
)
def test_a_database_that_does_not_answer_is_refused(monkeypatch, url, says):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(Refused, match=says) as refusal:
        session._try_database()

    assert "secret" not in str(refusal.value)


def test_an_old_server_is_refused(monkeypatch):
    monkeypatch.setattr(session, "OLDEST_SERVER", 99)

    with pytest.raises(Refused, match="Kapok needs PostgreSQL 99 or newer"):
        session._try_database()


@pytest.fixture
def own_server():
    """A database on a server that is not the box's, with nothing in it."""
    url = os.environ["DATABASE_OWNER_URL"]
    name = f"own_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield [
            urlsplit(os.environ[role])._replace(path=f"/{name}").geturl()
            for role in ("DATABASE_URL", "DATABASE_OWNER_URL")
        ]
        connection.execute(f"DROP DATABASE {name}")


def test_a_server_of_ones_own_is_used_and_none_is_started(tmp_path, own_server):
    application, owner = own_server
    done = subprocess.run(
        [Path(sys.executable).with_name("kapok"), "manage", "showmigrations", "access"],
        env=os.environ
        | {"KAPOK_DATA": str(tmp_path), "DATABASE_URL": application, "DATABASE_OWNER_URL": owner},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == ""
    assert "[X] 0001_initial" in done.stdout
    assert not (tmp_path / "postgres").exists()
    with psycopg.connect(owner) as connection:
        assert connection.execute("SELECT count(*) FROM access_user").fetchone() == (0,)


def test_one_role_for_both_is_refused(tmp_path):
    done = subprocess.run(
        [Path(sys.executable).with_name("kapok"), "manage", "showmigrations", "access"],
        env=os.environ | {"KAPOK_DATA": str(tmp_path), "DATABASE_OWNER_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "works as one role and changes tables as another" in done.stderr


def test_a_full_disk_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    full = SimpleNamespace(free=3 * folder.MB)
    monkeypatch.setattr(folder.shutil, "disk_usage", lambda path: full)
    monkeypatch.setenv("KAPOK_DATA", str(tmp_path / "data"))

    with pytest.raises(Refused, match="has 3 MB left"):
        folder.prepared()
