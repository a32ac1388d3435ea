"""``kapok up`` as a user meets it: killed in its first load, started again, stopped, refused."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from kapok.access.models import User
from kapok.box import postgres, up
from kapok.errors import Refused

KAPOK = Path(sys.executable).with_name("kapok")
PATIENCE_S = 300
SOAK = "KAPOK_SOAK" in os.environ


class Box:
    """A box of its own: its data, its port, and the Kapok that runs on them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[str] | None = None

    def start(self, **changes: str) -> subprocess.Popen[str]:
        env = os.environ | {"KAPOK_DATA": str(self.home), "KAPOK_PORT": str(self.port)} | changes
        for name in {"DATABASE_URL", "KAPOK_SECRET_KEY", "DJANGO_SETTINGS_MODULE"} - set(changes):
            env.pop(name, None)
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen([str(KAPOK), "up"], env=env, **pipes)

    def up(self) -> list[str]:
        """Start Kapok, and wait until it has said all that it says."""
        self.process = self.start()
        said = []
        for line in self.process.stdout:
            said.append(line.rstrip("\n"))
            if line.startswith("Ctrl-C stops"):
                return said
        raise AssertionError(self.process.stderr.read())

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def ask(self, query: str) -> list[tuple]:
        url = postgres.Server(self.home / "postgres", self.home / "postgres").url()
        with psycopg.connect(url, autocommit=True) as connection:
            return connection.execute(query).fetchall()

    def server_runs(self) -> bool:
        return postgres._is_running(self.home / "postgres")


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    """A box whose first load was killed, and which was started again since."""
    box = Box(tmp_path_factory.mktemp("box"))
    yield box
    if box.process and box.process.poll() is None:
        box.process.kill()
    postgres.stop(box.home / "postgres")


def in_the_middle_of_the_load(box, seconds):
    """Wait until Kapok has been loading the town for some time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            found = box.ask(
                "SELECT 1 FROM pg_stat_activity WHERE application_name = 'kapok' "
                f"AND pid <> pg_backend_pid() AND now() - xact_start > interval '{seconds} s'"
                " AND EXISTS (SELECT 1 FROM pg_locks WHERE relation = 'places_area'::regclass)"
            )
        except psycopg.Error:  # no server, no table yet
            found = []
        if found:
            return
        time.sleep(0.05)
    raise AssertionError("The load never began.")


@pytest.mark.slow
@pytest.mark.parametrize("trial", range(10 if SOAK else 1))
def test_a_kill_in_the_first_load_leaves_nothing_half_made(box, trial):
    process = box.start()
    in_the_middle_of_the_load(box, random.uniform(0, 8) if SOAK else 2)

    process.kill()
    process.wait()

    while box.ask("SELECT 1 FROM pg_stat_activity WHERE application_name = 'kapok'"):
        time.sleep(0.05)
    assert box.ask("SELECT count(*) FROM places_area") == [(0,)]
    assert box.ask("SELECT count(*) FROM access_user") == [(0,)]


@pytest.mark.slow
def test_the_next_start_loads_the_town_and_says_where_it_is(box):
    said = box.up()

    assert said[0] == f"Kapok is up: http://127.0.0.1:{box.port}"
    with urllib.request.urlopen(f"http://127.0.0.1:{box.port}/") as page:
        assert page.status == 200
    [(streets,)] = box.ask("SELECT count(*) FROM places_area WHERE level = 'STREET'")
    [(without_grid,)] = box.ask("SELECT count(*) FROM places_building WHERE place % 1000 = 0")
    [(in_force,)] = box.ask("SELECT count(*) FROM places_gridversion WHERE valid_to IS NULL")
    assert streets == 22
    assert without_grid == 0
    assert in_force == 201
    demo = box.ask("SELECT username FROM access_user WHERE is_demo ORDER BY date_joined")
    assert [line.split()[0] for line in said[3 : 3 + len(demo)]] == [name for (name,) in demo]
    assert {"worker", "community", "street", "auditor", "privacy"} <= {name for (name,) in demo}


@pytest.mark.slow
def test_a_second_kapok_on_the_same_box_is_refused(box):
    port = Box(box.home).port

    second = box.start(KAPOK_PORT=str(port))

    _, said = second.communicate(timeout=PATIENCE_S)
    assert second.returncode == 1
    assert said.startswith(f"Kapok is running already on {box.home}")
    assert len(said.splitlines()) == 1


@pytest.mark.slow
def test_it_stops_with_its_server_and_the_next_start_keeps_the_data(box):
    before = box.ask("SELECT count(*), max(id::text) FROM places_building")

    assert box.stop() == 0
    assert not box.server_runs()

    box.up()
    assert seconds_of_work(box.process) < 60  # it does not load the town once more
    assert box.ask("SELECT count(*), max(id::text) FROM places_building") == before
    assert box.stop() == 0


def seconds_of_work(process):
    """What a process and those it waited for have worked, however busy the machine is."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"KAPOK_PORT": "eight"}, "KAPOK_PORT is “eight”"),
        ({"KAPOK_DATA": "/dev/null/data"}, "The data folder /dev/null/data cannot be written"),
        ({"KAPOK_ADDRESS": "0.0.0.0"}, "this box has no certificate"),
        ({"KAPOK_ADDRESS": "grid.lan"}, "KAPOK_ADDRESS is “grid.lan”"),
        ({"DATABASE_URL": "mysql://db/town"}, "must be the address of a PostgreSQL database"),
        ({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/t"}, "does not answer"),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_one_sentence(tmp_path, changes, says):
    process = Box(tmp_path).start(**changes)

    _, said = process.communicate(timeout=PATIENCE_S)

    assert process.returncode == 1
    assert says in said
    assert "secret" not in said
    assert len(said.splitlines()) == 1


def what_keeps_other_machines_out():
    """The refusal; nothing where they may come in."""
    try:
        up._refuse_demo()
    except Refused as refusal:
        return str(refusal)
    return None


@pytest.mark.django_db
class TestOtherMachines:
    """Where they come in, no demo account may be open."""

    def test_open_demo_accounts_keep_kapok_from_starting(self, settings):
        settings.DEMO = False
        User.objects.create_user("worker", is_demo=True)

        said = what_keeps_other_machines_out()

        assert "1 demo accounts are open" in said
        assert "account close --demo" in said

    def test_so_does_a_box_for_trying(self, settings):
        settings.DEMO = True

        assert "KAPOK_DEMO=no" in what_keeps_other_machines_out()

    def test_closed_ones_do_not(self, settings):
        settings.DEMO = False
        User.objects.create_user("worker", is_demo=True, is_active=False)

        assert what_keeps_other_machines_out() is None
