"""How long what was said about people in matters is kept, by kind and outcome, as the packs say.

When its time is over a matter becomes nameless: its reports with words and contacts, its photos and
notes are deleted, and what the entries of its trace said; who it was about, who reported it and the
point on the map go too. The row stays with its kind, grid, times and outcome, so that numbers stay
right, and so does who made which move, which answers for the staff. What was joined goes with the
matter that it was joined to.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kapok.access.purposes import PURPOSES
from kapok.access.retention import Deleted, Rule
from kapok.matters.models import Attachment, AwaitedFile, Matter, Report
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody

PURPOSE = "matter_handling"
KEPT = PURPOSES[PURPOSE].retention  # where the pack says nothing
# A matter that was joined ends with the one that it was joined to.
DUE = """
    SELECT matter.id FROM matters_matter AS matter
    LEFT JOIN matters_matter AS whole ON whole.id = matter.duplicate_of_id
    LEFT JOIN unnest(%(packs)s::uuid[], %(kinds)s::text[], %(outcomes)s::text[], %(days)s::int[])
        AS said (pack, kind, outcome, days)
        ON said.pack = coalesce(whole.pack_id, matter.pack_id)
        AND said.kind = coalesce(whole.kind, matter.kind)
        AND said.outcome = coalesce(whole.outcome, matter.outcome)
    WHERE matter.closed_at IS NOT NULL
      AND (matter.nameless_at IS NULL OR matter.nameless_at < matter.closed_at)
      AND CASE WHEN whole.id IS NULL THEN matter.closed_at ELSE whole.closed_at END
          < %(at)s - make_interval(days => coalesce(said.days, %(usual)s))
"""


def _periods() -> Iterator[tuple[UUID, str, str, int]]:
    """(version, kind, outcome, days) of all versions that decided, or may have."""
    for pack, content in Pack.objects.exclude(state=Pack.State.DRAFT).values_list("pk", "body"):
        for kind in PackBody.model_validate(content).kinds:
            for outcome in ("", *(each.code for each in kind.outcomes)):
                days = kind.kept_days(outcome)
                if days is not None:
                    yield pack, kind.code, outcome, days


def _parameters(at: datetime) -> dict[str, Any]:
    rows = list(_periods())
    packs, kinds, outcomes, days = zip(*rows, strict=True) if rows else ((), (), (), ())
    return {
        "packs": list(packs),
        "kinds": list(kinds),
        "outcomes": list(outcomes),
        "days": list(days),
        "usual": KEPT.days,
        "at": at,
    }


def _count(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({DUE}) AS due", _parameters(at))
        [n] = cursor.fetchone()
    return int(n)


def _forget(at: datetime, at_most: int) -> Deleted | None:
    """Make a batch of matters nameless; another worker that does the same takes others."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{DUE} ORDER BY matter.closed_at, matter.id LIMIT %(most)s "
            "FOR UPDATE OF matter SKIP LOCKED",
            _parameters(at) | {"most": at_most},
        )
        keys = [key for (key,) in cursor.fetchall()]
        if not keys:
            return None
        cursor.execute("SELECT matters_forget_words(%s)", [keys])
        [n] = cursor.fetchone()
    for model in (Report, Attachment, AwaitedFile):
        n += model.objects.filter(matter__in=keys).delete()[0]
    Matter.objects.filter(pk__in=keys).update(
        nameless_at=at, subject=None, reported_by=None, building=None, lon=None, lat=None
    )
    why = _("The time that the pack keeps matters of this kind and outcome is over.")
    return Deleted(tuple(keys), n + len(keys), why)


RULES = [
    Rule(
        "matters",
        gettext_lazy("What was said in matters, after they ended, as long as the pack says"),
        "matters.Report",
        PURPOSE,
        timedelta(0),
        _count,
        _forget,
    )
]
