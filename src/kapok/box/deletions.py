"""What was deleted since a backup was made, so that restoring it brings nobody back.

Certificates of deletion are in the database, and go with it. So the worker writes each one's opaque
keys into ``backups/deletions.log``, a line of JSON for each, and restoring deletes them again.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps

from kapok.access.models import Certificate
from kapok.access.scope import acting, of_deletion
from kapok.box.folder import data_folder
from kapok.people.operations import deletion

FIELDS = ("what", "why", "purpose", "n_rows", "subjects_sha256")


@dataclass(frozen=True)
class Deletion:
    """One certificate, as a line of the file holds it."""

    id: str
    at: str
    what: str
    why: str
    purpose: str
    n_rows: int
    subjects_sha256: str
    subjects: list[str]


def file() -> Path:
    """Where they are noted, beside the backups."""
    return data_folder() / "backups" / "deletions.log"


def note(*, at: datetime) -> int:
    """Add the certificates that are not in the file yet; their number."""
    known = {each.id for each in noted()}
    new = [
        _of(each) for each in Certificate.objects.order_by("at", "id") if str(each.pk) not in known
    ]
    if new:
        _append(new)
    return len(new)


def noted() -> Iterator[Deletion]:
    """The deletions of the file; a line that a power cut has cut off is left out."""
    path = file()
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            try:
                yield Deletion(**json.loads(line))
            except (ValueError, TypeError):
                continue


def forget(before: datetime) -> int:
    """Drop what no backup can bring back any more: deletions before the oldest one was made."""
    kept = [each for each in noted() if datetime.fromisoformat(each.at) >= before]
    n_dropped = sum(1 for _ in noted()) - len(kept)
    if n_dropped:
        beside = file().with_suffix(".new")
        _write(beside, os.O_TRUNC, kept)
        beside.replace(file())
    return n_dropped


def replay(*, at: datetime) -> int:
    """Delete anew whatever was deleted and is here again; the number of subjects.

    The certificates of the file come back as well: they prove that it is gone.
    """
    known = set(map(str, Certificate.objects.values_list("id", flat=True)))
    n = 0
    for each in noted():
        if each.id not in known:
            Certificate.objects.create(
                id=UUID(each.id),
                at=datetime.fromisoformat(each.at),
                subjects=each.subjects,
                **{name: getattr(each, name) for name in FIELDS},
            )
        if each.what != deletion.WHAT:
            n += _delete_rows(each, at)
    return n + deletion.delete_again(at=at)


def _delete_rows(each: Deletion, at: datetime) -> int:
    """Delete rows of a model that has keys of its own, and their histories."""
    model = apps.get_model(each.what) if each.what.count(".") == 1 else None
    if model is None or not each.subjects:
        return 0
    keys = [UUID(key) for key in each.subjects]
    with acting(of_deletion(at=at)):
        there = model._default_manager.filter(pk__in=keys)
        n = there.count()
        there.delete()
        deletion.forget(model, keys)
    return n


def _of(certificate: Certificate) -> Deletion:
    return Deletion(
        id=str(certificate.pk),
        at=certificate.at.isoformat(),
        subjects=[str(key) for key in certificate.subjects],
        **{name: getattr(certificate, name) for name in FIELDS},
    )


def _append(new: list[Deletion]) -> None:
    file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(file(), os.O_APPEND, new)


def _write(path: Path, how: int, lines: list[Deletion]) -> None:
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600), "w", encoding="utf-8"
    ) as out:
        out.writelines(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in lines)
        out.flush()
        os.fsync(out.fileno())
