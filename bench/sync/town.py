"""A town of grid workers with matters of their own, in a durable server of its own."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.scope.town import set_up
from kapok.box import postgres

FIRST = 440103001001000  # the first community
STREET = 440103001000000
N_GRIDS, N_VISITS = 20, 4
AT_ONCE = 200


@contextmanager
def served(folder: Path, *, durable: bool = True) -> Iterator[postgres.Server]:
    """The database, empty; Django is set up on it."""
    server = postgres.start(folder / "postgres", durable=durable)
    try:
        os.environ |= {
            "KAPOK_DATA": str(folder),
            "KAPOK_SECRET_KEY": "only-for-benches",
            "DATABASE_URL": server.url(),
            "DATABASE_OWNER_URL": server.url(role=postgres.OWNER),
            "DJANGO_SETTINGS_MODULE": "kapok.settings",
        }
        (folder / "static").mkdir(exist_ok=True)
        set_up()
        yield server
    finally:
        server.stop()


def grid(n: int) -> int:
    return FIRST + 1000 * (n // N_GRIDS) + 1 + n % N_GRIDS


def filled(n_workers: int, at: datetime) -> list[dict[str, Any]]:
    """Workers, each with a phone's key, an appointment, a building and visits that are theirs.

    Answers for each worker: account, appointment, device, key (of the phone), building, visits.
    """
    began = time.monotonic()
    from bench.sync.phone import Phone
    from kapok.access import scope
    from kapok.ids import uuid7
    from kapok.packs.operations import ensure_shipped

    with scope.acting(scope.of_box(at=at)):
        ensure_shipped(at=at)
    workers = []
    for n in range(n_workers):
        workers.append(
            {
                "account": uuid7(), "appointment": uuid7(), "device": uuid7(), "phone": Phone(),
                "building": uuid7(), "grid": grid(n),
            }
        )  # fmt: skip
    with _whole(at):
        _places(workers)
        _people(workers, at)
    _phones(workers, at)
    _visits(workers, at)
    _analysed()
    sys.stderr.write(f"{n_workers:,} workers in {time.monotonic() - began:.0f} s\n")
    return workers


def _whole(at: datetime) -> Any:
    """Act as who writes everywhere, so that rows of any kind can be made."""
    from kapok.access.roles import Permission, Realm
    from kapok.access.scope import EVERYWHERE, Acting, acting

    return acting(
        Acting(
            role="box", at=at, ranges=EVERYWHERE, permissions=frozenset(Permission),
            realms=frozenset(Realm), purpose="household_care",
        )
    )  # fmt: skip


def _places(workers: list[dict[str, Any]]) -> None:
    from kapok.places.models import Area, Building

    codes = {
        440000000000000: ("PROVINCE", None), 440100000000000: ("CITY", 440000000000000),
        440103000000000: ("DISTRICT", 440100000000000), STREET: ("STREET", 440103000000000),
    }  # fmt: skip
    for worker in workers:
        community = worker["grid"] // 1000 * 1000
        street = community // 10**6 * 10**6
        codes.setdefault(street, ("STREET", 440103000000000))
        codes.setdefault(community, ("COMMUNITY", street))
        codes[worker["grid"]] = ("GRID", community)
    keys: dict[int, Any] = {}
    for code, (level, parent) in sorted(codes.items()):
        area = Area(
            code=code,
            level=level,
            name_zh=f"区域{code}",
            valid_from=datetime(2021, 1, 1, tzinfo=UTC),
        )
        area.parent = keys.get(parent) if parent else None
        area.save(force_insert=True)
        keys[code] = area
    Building.objects.bulk_create(
        [
            Building(
                id=w["building"], source="bench", source_id=str(n), place=w["grid"],
                name=f"{n}栋", lon=113.2 + 0.001 * (n % 60), lat=23.0 + 0.001 * (n // 60),
                households=20,
            )
            for n, w in enumerate(workers)
        ]
    )  # fmt: skip


def _people(workers: list[dict[str, Any]], at: datetime) -> None:
    from kapok.access.models import Appointment, User

    User.objects.bulk_create(
        [User(id=w["account"], username=f"w{n}", password="!") for n, w in enumerate(workers)]
    )
    Appointment.objects.bulk_create(
        [
            Appointment(
                id=w["appointment"], account_id=w["account"], role="grid_worker",
                areas=[[w["grid"], "GRID", "网格"]], ranges=((w["grid"], w["grid"] + 1),),
                starts_at=at - timedelta(days=30), given_at=at, reason="bench",
            )
            for w in workers
        ]
    )  # fmt: skip


def _phones(workers: list[dict[str, Any]], at: datetime) -> None:
    """As the owner of the tables: otherwise everybody makes their own phone known alone."""
    from kapok.box import owner
    from kapok.phone.models import Device

    with owner.connected():
        Device.objects.bulk_create(
            [
                Device(
                    id=w["device"], account_id=w["account"], name="手机", enrolled_at=at,
                    public_key=w["phone"].raw_key, seen_at=at,
                )
                for w in workers
            ]
        )  # fmt: skip


def _visits(workers: list[dict[str, Any]], at: datetime) -> None:
    """The matters that each has to do, reported as lists are and given to them by the rules."""
    from kapok.access import scope
    from kapok.ids import uuid7
    from kapok.matters.engine.facts import Command
    from kapok.matters.operations.commands import apply

    door = uuid7()
    for worker in workers:
        worker["visits"] = [uuid7() for _ in range(N_VISITS)]
    commands = [
        Command(
            uuid7(), "report", visit, at,
            data={"kind": "visit", "door": "LIST", "building": str(worker["building"]),
                  "answers": {"reason": "due", "tier": "b"}},
        )
        for worker in workers for visit in worker["visits"]
    ]  # fmt: skip
    for start in range(0, len(commands), AT_ONCE):
        with scope.acting(scope.of_intake(door, at=at)):
            answers = apply(commands[start : start + AT_ONCE])
        wrong = [answer for answer in answers if answer.state != "ASSIGNED"]
        if wrong:
            raise AssertionError(f"Not as it should be: {wrong[0]}")


def _analysed() -> None:
    from django.db import connection

    from kapok.box import owner

    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def morning(worker: dict[str, Any], at: datetime) -> list[dict[str, Any]]:
    """Twenty commands: four visits and two small things found and settled on the spot."""
    from bench.sync.phone import command
    from kapok.ids import uuid7

    said: list[dict[str, Any]] = []
    for n, visit in enumerate(worker["visits"]):
        answers = {"state": "fine", "food_days": 3 + n, "medicine_days": 10}
        said += [
            command("start", visit, at),
            command("note", visit, at, text="家里有人，情况良好"),
            command("step", visit, at, step="door", answers=answers),
            command("finish", visit, at, outcome="fine"),
        ]
    for n in range(2):
        found = uuid7()
        said += [
            command(
                "report", found, at, kind="patrol_find", building=str(worker["building"]),
                text=f"楼道堆物 {worker['grid']} {n}", answers={"title": f"楼道堆物 {n}"},
            ),
            command("settle", found, at, outcome="explained", text="已清理"),
        ]  # fmt: skip
    return said
