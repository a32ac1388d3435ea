"""How long things are kept, and the proof that they are gone.

Each app says its rules in ``RULES`` of its module ``operations.retention``; those of this app are
at the end. Deletion goes in batches, each one transaction with its certificate, so that whoever is
killed in the middle loses nothing and goes on later.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.chain import KEPT
from kapok.access.fields import Ranges
from kapok.access.models import Alarm, BreakGlass, Certificate, ExportRequest, Look, Share, User
from kapok.access.scope import EVERYWHERE, acting, of_deletion
from kapok.access.trace import look

BATCH = 500
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Deleted:
    """What one batch has deleted: opaque keys, the number of rows, and why."""

    subjects: tuple[UUID, ...]
    n_rows: int
    why: str
    emergency: UUID | None = None
    what: str = ""  # where it is not the rule's own model


@dataclass(frozen=True)
class Rule:
    """One thing that is kept for a time.

    Attributes
    ----------
    code, label
        For the certificate, and for people.
    what
        The model's label, as ``people.Person``.
    purpose
        The purpose that justifies keeping it; empty for the trace and its like.
    kept
        For how long, after what ``label`` says.
    count
        How many rows fall due up to a moment.
    delete
        Delete at most so many of them; ``None`` when nothing is left.
    hangs_on_emergency
        It falls due because an emergency has ended.
    preview
        What the end of an emergency would delete: (label, number) pairs.
    """

    code: str
    label: Promise
    what: str
    purpose: str
    kept: timedelta
    count: Callable[[datetime], int]
    delete: Callable[[datetime, int], Deleted | None]
    hangs_on_emergency: bool = False
    preview: Callable[[UUID], list[tuple[Promise, int]]] | None = None


@dataclass(frozen=True)
class Due:
    """How much of a rule falls due."""

    rule: Rule
    n_now: int
    n_this_week: int


def rules() -> list[Rule]:
    """The rules of all apps, lowest app first."""
    found = list(RULES)
    for app in apps.get_app_configs():
        name = f"{app.name}.operations.retention"
        if app.name.startswith("kapok.") and _is_there(name):
            found += import_module(name).RULES
    return found


def due(*, at: datetime, ranges: Ranges = EVERYWHERE) -> list[Due]:
    """What falls due now and within a week, in some places; counts alone."""
    with acting(of_deletion(at=at, ranges=ranges)):
        return [Due(rule, rule.count(at), rule.count(at + WEEK)) for rule in rules()]


def delete_due(*, at: datetime, hanging_on_emergency: bool = False, batch: int = BATCH) -> int:
    """Delete all that is due, batch by batch; the number of rows. Doing it again is harmless."""
    n = 0
    for rule in rules():
        if hanging_on_emergency and not rule.hangs_on_emergency:
            continue
        while deleted := _delete_batch(rule, at=at, batch=batch):
            n += deleted.n_rows
    return n


def _delete_batch(rule: Rule, *, at: datetime, batch: int) -> Deleted | None:
    """One batch and its certificate, or neither."""
    with acting(of_deletion(at=at)):
        deleted = rule.delete(at, batch)
        if deleted:
            certify(deleted, what=rule.what, purpose=rule.purpose, by=None, at=at)
        return deleted


def certify(
    deleted: Deleted, *, what: str, purpose: str, by: User | None, at: datetime
) -> Certificate:
    """Write down that something is gone, in the transaction that deleted it."""
    if deleted.subjects:
        look(Look.Action.DELETE, deleted.subjects)
    return Certificate.objects.create(
        at=at,
        what=deleted.what or what,
        why=deleted.why[:300],
        purpose=purpose,
        emergency_id=deleted.emergency,
        n_rows=deleted.n_rows,
        subjects=sorted(deleted.subjects),
        subjects_sha256=fingerprint(deleted.subjects),
        decided_by=by,
    )


def fingerprint(subjects: Iterable[UUID]) -> str:
    """The hash of the sorted keys, one in a line."""
    return hashlib.sha256("\n".join(sorted(map(str, subjects))).encode()).hexdigest()


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # the app has no folder of operations
        return False


def old_rows(
    code: str, label: Promise, model: Any, moment: str, kept: timedelta, *, purpose: str = ""
) -> Rule:
    """A rule for rows that go by themselves, some time after a moment (or day) of theirs."""

    def of(at: datetime) -> Any:
        return model.objects.filter(**{f"{moment}__lt": at - kept})

    def delete(at: datetime, at_most: int) -> Deleted | None:
        keys = list(of(at).order_by("pk").values_list("pk", flat=True)[:at_most])
        if not keys:
            return None
        model.objects.filter(pk__in=keys).delete()
        return Deleted(tuple(keys), len(keys), _("Kept for as long as its purpose needs it."))

    return Rule(code, label, model._meta.label, purpose, kept, lambda at: of(at).count(), delete)


def _count_trace(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_entries), 0) FROM access_traceblock AS sealed "
            "WHERE sealed_at < %s "
            "AND EXISTS (SELECT 1 FROM access_look WHERE block = sealed.number)",
            [at - KEPT],
        )
        [n] = cursor.fetchone()
    return int(n)


def _forget_trace(at: datetime, at_most: int) -> Deleted | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM trace_forget(%s, %s)", [at - KEPT, at_most])
        n, last = cursor.fetchone()
    if not n:
        return None
    why = _("Entries of the trace up to block %(block)s; the chain of the blocks stays.")
    return Deleted((), n, why % {"block": last})


RULES = [
    Rule(
        "trace",
        gettext_lazy("Entries of the trace, after they were sealed"),
        "access.Look",
        "",
        KEPT,
        _count_trace,
        _forget_trace,
    ),
    old_rows("shares", gettext_lazy("Shares, after they ended"), Share, "ends_at", KEPT),
    old_rows(
        "break_glass",
        gettext_lazy("Emergency looks, after they ended"),
        BreakGlass,
        "ends_at",
        KEPT,
    ),
    old_rows("alarms", gettext_lazy("Alarms, after they were raised"), Alarm, "raised_at", KEPT),
    old_rows("exports", gettext_lazy("Requests for exports"), ExportRequest, "asked_at", KEPT),
]
