"""Restore a backup into an empty box, without bringing back what was deleted since."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection

from kapok.access import secrets
from kapok.access.models import User
from kapok.box import backups, deletions, owner
from kapok.errors import Refused
from kapok.places.models import Area


@dataclass(frozen=True)
class Restored:
    """What was restored, and what was deleted anew."""

    made_at: datetime
    n_rows: int
    n_deleted_again: int


def restore(path: Path, *, at: datetime) -> Restored:
    """Load a backup, bring it to the code's version, and delete again what was deleted since.

    Refused where the box is in use, the file is not whole, or its keys are not here.
    """
    made = backups.read(path)
    _refuse_other_keys(made)
    _refuse_used_box()
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        connection.close()  # pg_restore has the database for itself
        backups.load(path, on=owner.address())
    backups.compare(made, on=owner.address())
    backups.put_in_force()
    return Restored(
        datetime.fromisoformat(made.made_at), sum(made.rows.values()), deletions.replay(at=at)
    )


def _refuse_used_box() -> None:
    if User.objects.exists() or Area.objects.exists():
        raise Refused(
            "This box is in use, and a backup is restored into an empty one. Set KAPOK_DATA to a "
            "new folder (or DATABASE_URL to an empty database), and copy keys.json and "
            "backups/deletions.log there first."
        )


def _refuse_other_keys(made: backups.Backup) -> None:
    missing = set(made.key_numbers) - set(secrets.keys().data)
    if made.index_key != backups.index_key() or missing:
        raise Refused(
            f"{secrets.keys_file()} is not the file of keys that this backup needs. Put the file "
            "back that was kept when the backup was made."
        )
