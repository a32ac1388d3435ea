"""``python -m bench.outreach``: a notice to a million people, with kills; roll-ups; SMPP.

Needs ``KAPOK_DATA`` with a folder of its own. The provider is the npm package “smpp”: say where it
lies with ``SMPP_MODULE`` (``npm install smpp``); without it that part is left out with a sentence.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PORT = 18775


def main() -> None:
    """Measure, and print Markdown."""
    parser = argparse.ArgumentParser(prog="python -m bench.outreach", description=__doc__)
    parser.add_argument("--send", type=int, default=30_000, help="messages to send by SMPP")
    parser.add_argument("--only", choices=["queue", "kill", "roll-up", "send"])
    parser.add_argument("--kills", type=int, default=6)
    asked = parser.parse_args()
    if not os.environ.get("KAPOK_DATA"):
        sys.exit("Set KAPOK_DATA to a folder of its own for this bench: it is filled with people.")
    from kapok.box import session

    with session.running():
        from bench.outreach import town
        from kapok.places.models import Area

        if not Area.objects.filter(code=town.CITY).exists():
            town.make()
        print("| what | measured |\n| --- | --- |")
        parts = {
            "queue": queued,
            "kill": lambda: killed(asked.kills),
            "roll-up": rolled_up,
            "send": lambda: sent(asked.send, asked.kills),
        }
        for name, part in parts.items():
            for what, figure in part() if asked.only in {None, name} else ():
                print(f"| {what} | {figure} |", flush=True)


def queued() -> list[tuple[str, str]]:
    """A notice is sent to all groups at once, and all of its messages are queued."""
    from bench import processes
    from bench.outreach import town
    from kapok.box.folder import data_folder
    from kapok.outreach.operations import queueing

    town.notice(NOON)  # makes the groups, which are there from then on
    while queueing.queue_next(at=NOON):
        pass
    database = processes.postmaster(data_folder() / "postgres")
    began, spent_s, machine_s = time.monotonic(), processes.cpu_s(database), processes.machine_s()
    _made, version, _who = town.notice(NOON)
    sent_s = time.monotonic() - began
    while queueing.queue_next(at=NOON):
        pass
    whole_s = time.monotonic() - began
    spent_s = processes.cpu_s(database) - spent_s
    machine_s = processes.machine_s() - machine_s
    groups, messages, addresses = count(version)
    return [
        (
            f"sent down to {groups:,} groups, then {messages:,} messages queued",
            f"{sent_s:.1f} s, and {whole_s:.1f} s in all ({addresses:,} different telephones); the "
            f"database took {spent_s:.0f} s of processor, the machine {machine_s:.0f} s meanwhile",
        )
    ]


def killed(n: int) -> list[tuple[str, str]]:
    """The same, with SIGKILL at random moments."""
    from bench.outreach import town

    _made, version, _who = town.notice(NOON)
    turns = random.Random(7)
    began = time.monotonic()
    for _turn in range(n):
        child = start("queue", NOON, 500)
        time.sleep(turns.uniform(4.0, 12.0))  # the first seconds it begins
        child.send_signal(signal.SIGKILL)
        child.wait()
    child = start("queue", NOON, 500)
    child.wait()
    groups, messages, addresses = count(version)
    whole = groups == town.N_GROUPS and messages == addresses == town.N_PEOPLE
    return [
        (
            f"queued with {n} SIGKILLs",
            f"{messages:,} messages to {addresses:,} telephones of {groups:,} groups: "
            f"{'none lost, none doubled' if whole else 'NOT WHOLE'} "
            f"({time.monotonic() - began:.0f} s)",
        )
    ]


def rolled_up() -> list[tuple[str, str]]:
    """Households read; how long the roll-up takes at each of the four levels."""
    from django.db import connection

    from bench.outreach import town
    from kapok.access.scope import acting
    from kapok.box import owner
    from kapok.outreach.box import of_post
    from kapok.outreach.models import NoticeVersion
    from kapok.outreach.operations import passing
    from kapok.outreach.queries.rollup import rollup

    with acting(of_post(at=NOON)):
        version = NoticeVersion.objects.order_by("-told_at", "-id").first()
    _account, who = town.officer(NOON)
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_household TABLESAMPLE SYSTEM (30)")
        homes = [row[0] for row in cursor.fetchall()]
    began = time.monotonic()
    for first in range(0, len(homes), 500):
        with acting(of_post(at=NOON)):
            passing.read(version.pk, homes[first : first + 500], "LINK", at=NOON)
    print(f"{len(homes):,} households read in {time.monotonic() - began:.1f} s.")
    areas = [
        (town.CITY, "CITY"), (town.CITY + 10**9, "DISTRICT"), (town.CITY + 10**9 + 10**6, "STREET"),
        (town.CITY + 10**9 + 10**6 + 1000, "COMMUNITY"),
    ]  # fmt: skip
    times: dict[str, list[float]] = {level: [] for _code, level in areas}
    for _turn in range(20):
        for code, level in areas:
            with acting(who):
                began = time.monotonic()
                found = rollup(version.pk, code, level)
                times[level].append(1000 * (time.monotonic() - began))
            assert found.whole.n_households
    worst = max(max(each) for each in times.values())
    said = ", ".join(
        f"{level.lower()} {statistics.median(each):.0f}" for level, each in times.items()
    )
    return [("roll-up of who has it, median ms", f"{said}; the slowest of 80: {worst:.0f}")]


def sent(n: int, kills: int) -> list[tuple[str, str]]:
    """Messages go to the provider; then the sender is killed again and again."""
    if not os.environ.get("SMPP_MODULE"):
        return [("SMPP", "left out: SMPP_MODULE does not say where the npm package lies")]
    from bench.outreach import town
    from kapok.access.scope import acting
    from kapok.outreach.box import of_post
    from kapok.outreach.models import NoticeVersion
    from kapok.outreach.operations import channels, queueing

    with acting(of_post(at=NOON)):
        NoticeVersion.objects.filter(stopped_at=None).update(stopped_at=NOON - timedelta(days=9))
    per_street = town.N_COMMUNITIES * town.N_GRIDS * town.N_IN_GRID
    n_streets = max(1, n // per_street)
    for at, first in ((NOON, 1), (NOON + timedelta(days=1), 1 + n_streets)):
        for street in range(first, first + n_streets):
            place = town.CITY + (1 + (street - 1) // town.N_STREETS) * 10**9
            place += (1 + (street - 1) % town.N_STREETS) * 10**6
            town.notice(at, place=place, level="STREET")
        while queueing.queue_next(at=at):
            pass
    n = n_streets * per_street
    with acting(of_post(at=NOON)):
        way = channels.Way(
            kind="SMPP", name="bench", place=440100000000000, level="CITY",
            secret={"host": "127.0.0.1", "port": PORT, "system_id": "k", "password": "p",
                    "source": "1069"},
            per_second=5000.0, price_milli=50,
        )  # fmt: skip
        channels.make(way=way, by=None, at=NOON)
    provider = subprocess.Popen(["node", "bench/outreach/smsc.mjs", str(PORT)])
    try:
        time.sleep(1.5)
        return [*_fast(n), *_through_kills(n, kills)]
    finally:
        provider.terminate()


def _fast(n: int) -> list[tuple[str, str]]:
    child = start("send", NOON, 0)
    while not asked()["messages"]:
        time.sleep(0.02)
    began = time.monotonic()
    seconds = _until_done(NOON + timedelta(hours=1), began)
    child.send_signal(signal.SIGKILL)
    child.wait()
    states, took = by_state(NOON + timedelta(hours=1)), asked()
    return [
        (
            f"{n:,} messages by SMPP (npm smpp), receipts matched",
            f"{n / seconds:,.0f} messages/s; delivered {states.get('DELIVERED', 0):,}, "
            f"taken twice {took['twice']}",
        )
    ]


def _through_kills(n: int, kills: int) -> list[tuple[str, str]]:
    """The second half, with SIGKILL at random moments; then the hours pass in which it is known."""
    day, turns = NOON + timedelta(days=1), random.Random(11)
    for _turn in range(kills):
        child = start("send", day, 0)
        time.sleep(turns.uniform(5.0, 12.0))
        child.send_signal(signal.SIGKILL)
        child.wait()
    for later in (timedelta(), timedelta(minutes=5), timedelta(hours=5), timedelta(hours=5.2)):
        child = start("send", day + later, 0)
        _until_done(day + timedelta(days=1), time.monotonic(), most_s=20)
        child.send_signal(signal.SIGKILL)
        child.wait()
    states, took = by_state(day + timedelta(days=1)), asked()
    return [
        (
            f"another {n:,} with {kills} SIGKILLs of the sender",
            f"states {states}; the provider took {took['messages']:,} messages to "
            f"{took['numbers']:,} telephones, {took['twice']} of them twice",
        )
    ]


def _until_done(before: datetime, began: float, most_s: float = 300) -> float:
    """Wait until nothing due before a moment waits or is on the way; the seconds."""
    while True:
        states = by_state(before)
        on_the_way = sum(states.get(each, 0) for each in ("WAITING", "TAKEN", "SENT"))
        if not on_the_way or time.monotonic() - began > most_s:
            return time.monotonic() - began
        time.sleep(0.25)


def by_state(before: datetime) -> dict[str, int]:
    """How many messages, due before a moment, are in each state; what was cancelled is left out."""
    from django.db import connection

    from kapok.access.scope import acting
    from kapok.outreach.box import of_post

    with acting(of_post(at=NOON)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT message.state, count(*) FROM outreach_message AS message "
            "JOIN outreach_noticeversion AS version ON version.id = message.version_id "
            "WHERE version.stopped_at IS NULL AND version.told_at < %s GROUP BY 1",
            [before],
        )
        return dict(cursor.fetchall())


def asked() -> dict[str, int]:
    """What the provider says that it took."""
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT + 1}/", timeout=30) as answer:
        return dict(json.load(answer))


def count(version) -> tuple[int, int, int]:
    """Groups that are queued, messages, and different telephones of a version."""
    from django.db import connection

    from kapok.access.scope import acting
    from kapok.outreach.box import of_post

    with acting(of_post(at=NOON)), connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(queued_at) FROM outreach_passing WHERE version_id = %s), "
            "count(*), count(DISTINCT address_index) FROM outreach_message WHERE version_id = %s",
            [version.pk, version.pk],
        )
        return tuple(cursor.fetchone())


def start(what: str, at: datetime, at_most: int) -> "subprocess.Popen[bytes]":
    """A process that is killed."""
    command = [sys.executable, "-m", "bench.outreach.child", what, at.isoformat(), str(at_most)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "kapok.settings"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
