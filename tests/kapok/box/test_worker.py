"""The worker: duties at their time, through failures, and never without its parent."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from kapok.box import postgres, worker
from kapok.box.worker import CALLS, DUTIES, POST, Duty

DONE = []
FAILS = threading.Event()
EVERY_S = 0.02
PATIENCE_S = 120


def duty(*, at):
    DONE.append(at)
    if FAILS.is_set():
        raise OSError("the database restarts")


def until(condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "It never came true."
        time.sleep(0.1)


def run(every_s=EVERY_S):
    DONE.clear()
    stopped = threading.Event()
    duties = (Duty("try", every_s, f"{__name__}:duty"), Duty("wait", 60, f"{__name__}:duty"))
    thread = threading.Thread(
        target=worker.work, args=(stopped,), kwargs={"clock": timezone.now, "duties": duties}
    )
    thread.start()
    return stopped, thread


def test_each_duty_runs_at_its_time():
    begin = time.monotonic()
    stopped, thread = run()
    until(lambda: len(DONE) > 10)
    stopped.set()
    thread.join(60)
    took_s = time.monotonic() - begin

    assert not thread.is_alive()
    assert len(DONE) <= took_s / EVERY_S + 2  # never sooner; and once the one of every minute


def test_a_failure_is_written_down_once_and_tried_again(caplog):
    FAILS.set()
    with caplog.at_level(logging.WARNING, "kapok.worker"):
        stopped, thread = run()
        until(lambda: len(DONE) > 5)
        FAILS.clear()
        until(lambda: "The worker can try again." in caplog.text)
        done = len(DONE)
        until(lambda: len(DONE) > done + 5)
    stopped.set()
    thread.join(60)

    said = [record.getMessage() for record in caplog.records]
    assert said.count("The worker could not try; it tries again.") == 1
    assert said.count("The worker can try again.") == 1


def test_every_duty_is_there():
    for each in (*DUTIES, *CALLS, *POST):
        module, _, name = each.where.partition(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name)), each


@pytest.fixture(scope="module")
def own_server(tmp_path_factory):
    """A server of its own, made as the commands of a box make it."""
    home = tmp_path_factory.mktemp("box")
    env = os.environ | {"KAPOK_DATA": str(home), "KAPOK_SECRET_KEY": "only-for-tests"}
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        env.pop(name, None)
    kapok = [sys.executable, "-c", "from kapok.cli import main; main()"]
    made = subprocess.run(
        [*kapok, "audit", "verify"], env=env, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    server = postgres.start(home / "postgres")
    env |= {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(role=postgres.OWNER)}
    yield home, server, env
    server.stop()


ENTRY = (
    "INSERT INTO access_look (id, at, role, purpose, action, n_subjects, subjects, outside_hours) "
    "VALUES (gen_random_uuid(), now(), 'box', '', 'OPEN', 0, '{}', false)"
)


def ask(server, query):
    with psycopg.connect(server.url(role=postgres.OWNER), autocommit=True) as connection:
        return connection.execute(query).fetchone()


def write(server):
    with psycopg.connect(server.url(role=postgres.OWNER), autocommit=True) as connection:
        connection.execute(ENTRY)


def all_sealed(server):
    return ask(server, "SELECT count(*) FROM access_look WHERE block IS NULL") == (0,)


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]


@pytest.mark.slow
def test_the_worker_seals_survives_a_restart_of_the_database_and_ends_with_its_parent(own_server):
    home, server, env = own_server
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time\nfrom kapok.box import worker\nwith worker.beside():\n    time.sleep(300)",
        ],
        env=env,
    )
    try:
        write(server)
        until(lambda: all_sealed(server))
        until(lambda: list((home / "trace-heads").glob("*.txt")))

        server.stop()
        time.sleep(2)
        postgres.start(home / "postgres")
        write(server)
        until(lambda: all_sealed(server))

        query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'kapok'"
        assert ask(server, query)
        [worker_pid] = [
            int(pid)
            for pid in (path.name for path in Path("/proc").iterdir())
            if pid.isdigit() and f"kapok.box.worker {parent.pid}" in command(pid)
        ]
    finally:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    until(lambda: not alive(worker_pid))


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
