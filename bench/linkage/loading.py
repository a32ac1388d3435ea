"""A made-up town in the database, a list about it as a file, and its check."""

import json
import os
import resource
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import polars as pl

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.linkage.truth import make_truth  # noqa: E402
from kapok.access import installing, secrets  # noqa: E402
from kapok.access.models import Appointment, User  # noqa: E402
from kapok.access.scope import acting, of_appointment, of_box  # noqa: E402
from kapok.box import owner  # noqa: E402
from kapok.ids import uuid7  # noqa: E402
from kapok.people import names  # noqa: E402
from kapok.people.models import ListRow  # noqa: E402
from kapok.people.operations import lists  # noqa: E402

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
STREET = 440103022000000
RANGE = (STREET, STREET + 10**6)
COLUMNS = {
    "name": "姓名", "identity": "证件号码", "phone": "手机", "sex": "性别", "birth": "出生日期",
    "building": "楼栋", "room": "房号",
}  # fmt: skip


def folder() -> Path:
    return Path(os.environ["KAPOK_DATA"])


def load(n_residents: int, n_rows: int) -> None:
    """Residents, straight into the tables as their owner; the list beside them as CSV."""
    truth = make_truth(n_residents=n_residents, n_rows=n_rows, seed=11)
    buildings = {name: uuid7() for name in truth.residents["building"].unique().sort()}
    homes = truth.residents.select("building", "room").unique(maintain_order=True)
    dwellings = {home: (uuid7(), uuid7()) for home in homes.iter_rows()}
    place = STREET + 1001
    with connection.cursor() as cursor:
        _copy(
            cursor, "places_building (id, source, source_id, place, name, lon, lat, households)",
            (
                (key, "bench", name, place, f"{name}号楼", 113.0, 23.0, 1)
                for name, key in buildings.items()
            ),
        )  # fmt: skip
        _copy(
            cursor, "people_dwelling (id, building_id, place, room)",
            ((d, buildings[b], place, room) for (b, room), (d, _h) in dwellings.items()),
        )  # fmt: skip
        _copy(
            cursor, "people_household (id, dwelling_id, place, note)",
            ((h, d, place, "") for d, h in dwellings.values()),
        )  # fmt: skip
        keys = [uuid7() for _ in range(n_residents)]
        people = truth.residents.select(
            "name", "birth", "identity", "sex", "building", "room", "phone"
        )
        _copy(
            cursor,
            "people_person (id, place, household_id, name, name_pinyin, name_tokens, sex, "
            "birth_date, identity_kind, identity, identity_index, nationality, relation, presence, "
            "languages, needs, source, is_made_up)",
            (
                _person(key, place, row, dwellings)
                for key, row in zip(keys, people.iter_rows(), strict=True)
            ),
        )
        _copy(
            cursor,
            "people_contact (id, place, person_id, kind, value, value_index, tail_index, whose)",
            (
                _contact(key, place, row[6])
                for key, row in zip(keys, people.iter_rows(), strict=True)
            ),
        )
        cursor.execute("ANALYZE")
    User.objects.create_user("officer", password="x" * 12)
    told = truth.rows.select(pl.col(c).alias(title) for c, title in COLUMNS.items()).with_columns(
        pl.col("楼栋").str.replace("$", "号楼")
    )
    told.write_csv(folder() / "list.csv")
    (folder() / "truth.json").write_text(json.dumps([
        str(keys[at]) if at >= 0 else None for at in truth.resident_of_row.tolist()
    ]))  # fmt: skip


def check(n_rows: int, n_residents: int) -> None:
    """Bring the list, check it, and say how long that took and what it found."""
    account = User.objects.get(username="officer")
    appointment = Appointment(
        account=account, role="assistance_officer", areas=[], ranges=(RANGE,),
        starts_at=AT, given_at=AT,
    )  # fmt: skip
    with acting(of_box(at=AT)):
        appointment.save()

    def enter():
        return acting(of_appointment(appointment, at=AT, purpose="register_upkeep"))

    started, before = time.perf_counter(), memory_mb()
    with enter():
        found = lists.bring_list(
            about=lists.About("t", "o", "register_upkeep", "l", "r", AT + timedelta(days=9)),
            file_name="list.csv",
            content=(folder() / "list.csv").read_bytes(),
            place=STREET,
            by=account,
            at=AT,
        )
        lists.confirm_columns(list_id=found.pk, columns=found.columns, by=account, at=AT)
    lists.check_list(list_id=found.pk, enter=enter)
    seconds = time.perf_counter() - started
    print(f"{n_rows:,} rows against {n_residents:,} residents in PostgreSQL: {seconds:.1f} s, "
          f"{memory_mb():.0f} MB at most ({before:.0f} MB before)")  # fmt: skip
    truth = json.loads((folder() / "truth.json").read_text())
    with enter():
        rows = list(ListRow.objects.filter(person_list=found).order_by("number"))
    report(rows, truth)


def report(rows: list[ListRow], truth: list[str | None]) -> None:
    counts = pl.Series([row.status for row in rows]).value_counts(sort=True)
    print(dict(counts.iter_rows()))
    sound = [(row, true) for row, true in zip(rows, truth, strict=True) if row.status != "REFUSED"]
    found = [(row, true) for row, true in sound if row.candidate]
    right = sum(str(row.candidate) == true for row, true in found)
    n_true = sum(true is not None for row, true in sound if row.status != "REPEATED")
    print(f"of the rows that were not refused: recall {right / n_true:.2%}, "
          f"precision {right / len(found):.2%}")  # fmt: skip


def _person(key, place, row, dwellings) -> tuple:
    name, birth, identity, sex, building, room, _phone = row
    return (
        key, place, dwellings[building, room][1], name, "", sorted(names.tokens(name)), sex, birth,
        "MAINLAND", secrets.encrypt(identity, about="identity"),
        secrets.blind_index(identity, about="identity"), "", "OTHER", "LIVING", [], [],
        "bench", True,
    )  # fmt: skip


def _contact(key, place, phone) -> tuple:
    return (
        uuid7(), place, key, "MOBILE", secrets.encrypt(phone, about="phone"),
        secrets.blind_index(phone, about="phone"),
        secrets.blind_index(phone[-4:], about="phone-tail"), "",
    )  # fmt: skip


def _copy(cursor, into, rows) -> None:
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    with owner.connected():
        call_command("migrate", verbosity=0)
        load(int(sys.argv[1]), int(sys.argv[2]))  # first: COPY does not work under policies
        installing.install(owner.application_role())
