"""Backups: the whole database in one file, what it must hold beside it, and no keys in either.

Numbers of papers and telephones are encrypted in the database and stay so in its backup. Names and
homes are readable, so the files are their owner's alone and belong on an encrypted disk.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from kapok.access import installing, secrets
from kapok.box import clients, deletions, folder, owner, postgres
from kapok.errors import Refused

KEEP_DAYS = 30
TRIED = "tried.json"
TRIAL = "kapok_trial"
READ = 1 << 20
# What the code puts in force anew after a restore, so that roles may have other names there.
LEFT_OUT = (" POLICY ", " ROW SECURITY ", " ACL ", " COMMENT public FUNCTION scope_lo()")


@dataclass(frozen=True)
class Backup:
    """What a backup holds.

    Attributes
    ----------
    made_at : str
    sha256, size
        Of the file.
    index_key : str
        Marks which file of keys fits; says nothing about the keys.
    key_numbers
        Keys that its encrypted values need.
    rows
        For each table, how many it must hold.
    """

    made_at: str
    sha256: str
    size: int
    index_key: str
    key_numbers: list[int]
    rows: dict[str, int]


def home() -> Path:
    """Where backups are kept, unless another folder is named."""
    return folder.data_folder() / "backups"


def make(to: Path, *, at: datetime) -> Path:
    """Write a backup; the file, which is complete or not there."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.refuse_full_disk(to, _size_of_database())
    deletions.note(at=at)
    path = to / f"kapok-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.dump"
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    os.close(os.open(beside, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with _snapshot() as (snapshot, rows):
            clients.run(
                "pg_dump",
                *("--format=custom", "--enable-row-security", f"--snapshot={snapshot}"),
                *("--file", str(beside)),
                on=owner.address(),
            )
        made = Backup(
            made_at=at.isoformat(),
            sha256=_sha256(beside),
            size=beside.stat().st_size,
            index_key=index_key(),
            key_numbers=sorted(secrets.keys().data),
            rows=rows,
        )
        _write(manifest_of(path), json.dumps(asdict(made), indent=1))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path


def read(path: Path) -> Backup:
    """What a backup should hold, after its file was compared with it. Raises ``Refused``."""
    try:
        made = Backup(**json.loads(manifest_of(path).read_text("utf-8")))
        found = _sha256(path)
    except (OSError, ValueError, TypeError) as error:
        raise Refused(
            f"{path} is no backup of Kapok with its {manifest_of(path).name} beside it. Name the "
            ".dump file, and keep both files together."
        ) from error
    if found != made.sha256:
        raise Refused(f"{path} was changed or cut off since it was made. Take another backup.")
    return made


def all_in(where: Path) -> list[Path]:
    """The complete backups of a folder, oldest first."""
    return sorted(path for path in where.glob("kapok-*.dump") if manifest_of(path).exists())


def expire(where: Path, *, keep_days: int, at: datetime) -> int:
    """Delete backups that are older; the newest one stays. Their number."""
    backups = all_in(where)
    oldest = at - timedelta(days=keep_days)
    old = [path for path in backups[:-1] if _made_at(path) < oldest]
    for path in old:
        path.unlink()
        manifest_of(path).unlink()
    if where == home() and len(backups) > len(old):
        deletions.forget(_made_at(backups[len(old)]))
    return len(old)


def load(path: Path, *, on: dict[str, Any]) -> None:
    """Load a backup into a database that holds nothing, in one transaction."""
    contents = clients.run("pg_restore", "--list", str(path), on=on)
    wanted = [line for line in contents.splitlines() if not any(mark in line for mark in LEFT_OUT)]
    chosen = path.with_suffix(".list")
    _write(chosen, "\n".join(wanted))
    try:
        clients.run(
            "pg_restore",
            *("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl"),
            *("--use-list", str(chosen), "--dbname", on["NAME"], str(path)),
            on=on,
        )
    finally:
        chosen.unlink()


def try_out(path: Path, *, at: datetime) -> None:
    """Restore a backup into a database beside, compare the rows, and drop it again.

    Raises :class:`~kapok.errors.Refused` where it does not hold what it should.
    """
    made, trial = read(path), owner.address() | {"NAME": TRIAL}
    with _maintenance() as server:
        name = sql.Identifier(TRIAL)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        as_owner = sql.Identifier(trial["USER"])
        server.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, as_owner))
        try:
            load(path, on=trial)
            compare(made, on=trial)
        finally:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
    _write(path.parent / TRIED, json.dumps({"at": at.isoformat(), "file": path.name}))


def compare(made: Backup, *, on: dict[str, Any]) -> None:
    """Refuse where a restored database does not hold the rows that the backup names."""
    with psycopg.connect(**_address(on)) as restored:
        for table, n_rows in made.rows.items():
            [found] = _count(restored, table)
            if found != n_rows:
                raise Refused(
                    f"The backup is not whole: {table} has {found} of {n_rows} rows. Take another."
                )


def last_tried(where: Path) -> datetime | None:
    """When a backup of a folder was last restored for a trial."""
    with suppress(OSError, ValueError, KeyError):
        return datetime.fromisoformat(json.loads((where / TRIED).read_text())["at"])
    return None


def index_key() -> str:
    """Marks a file of keys without saying anything about them."""
    return hashlib.sha256(b"kapok index key\x1f" + secrets.keys().index).hexdigest()[:16]


def manifest_of(path: Path) -> Path:
    """The file beside a backup that says what it holds."""
    return path.with_suffix(".json")


@contextmanager
def _snapshot() -> Iterator[tuple[str, dict[str, int]]]:
    """One moment of the database that pg_dump reads too, and how many rows each table has then."""
    with psycopg.connect(**_address(owner.address())) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        [snapshot] = reader.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        tables = reader.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        yield snapshot, {table: _count(reader, table)[0] for (table,) in tables}


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    """A connection that may make databases: the embedded server's superuser's, or the owner's."""
    on = owner.address()
    embedded = on["HOST"].startswith("/") and not on["PASSWORD"] and on["USER"] == postgres.OWNER
    role = {"user": "postgres"} if embedded else {}
    try:
        with psycopg.connect(
            **_address(on) | {"dbname": "postgres"} | role, autocommit=True
        ) as server:
            yield server
    except psycopg.errors.InsufficientPrivilege as error:
        raise Refused(
            "A trial needs a database beside, and the owner may not make one. Give the owner "
            "CREATEDB for the trial, or restore the backup on another machine."
        ) from error


def _address(on: dict[str, Any]) -> dict[str, Any]:
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    found = {name: on[key] for key, name in names.items() if on.get(key)}
    return found | {"dbname": on["NAME"]} | on.get("OPTIONS", {})


def _count(reader: psycopg.Connection, table: str) -> tuple[int]:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    return reader.execute(query).fetchone() or (0,)


def _size_of_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0]) // 2 + folder.ROOM_TO_GO_ON  # a dump has no indexes


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.stem, "kapok-%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(READ):
            digest.update(part)
    return digest.hexdigest()


def _write(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def put_in_force() -> None:
    """Bring a restored database to the code's version, with its functions and policies."""
    from django.core.management import call_command  # noqa: PLC0415  # loads all commands

    with owner.connected():
        call_command("migrate", interactive=False, verbosity=0)
        installing.install(owner.application_role())
