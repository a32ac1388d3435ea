"""A second report of the same thing joins the first; what is only alike is proposed to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from kapok.codes import community_of
from kapok.ids import uuid7
from kapok.matters.engine.duplicates import PROPOSED, Heard, likeness
from kapok.matters.engine.facts import Facts
from kapok.matters.models import Likeness
from kapok.packs import look_up
from kapok.packs.schema import Duplicates

MOST_CANDIDATES = 50


@dataclass(frozen=True)
class Alike:
    """A new matter and an older one that may be the same; ``joins`` where the pack says it is."""

    matter: UUID
    other: UUID
    likeness: float
    joins: bool


def alike(fresh: Sequence[tuple[Facts, str]], *, now: datetime) -> list[Alike]:
    """What new matters, given with their words, are like; the likest of each first."""
    found = []
    for facts, text in fresh:
        kind, _hours = look_up.kind_of(facts.pack, facts.kind)
        if kind.duplicates is not None:
            found += _of_one(_heard(facts, text), facts.kind, kind.duplicates, now)
    return found


def _heard(facts: Facts, text: str) -> Heard:
    return Heard(
        facts.id, facts.place, facts.building, facts.lon, facts.lat, facts.received_at, text
    )


def _of_one(fresh: Heard, kind: str, rule: Duplicates, now: datetime) -> list[Alike]:
    scores = sorted(
        ((likeness(fresh, old, rule), old.matter) for old in _older(fresh, kind, rule, now)),
        key=lambda scored: -scored[0],
    )
    return [
        Alike(fresh.matter, other, score, joins=i == 0 and score >= rule.likeness)
        for i, (score, other) in enumerate(scores)
        if score >= PROPOSED * rule.likeness and score > 0
    ]


def _older(fresh: Heard, kind: str, rule: Duplicates, now: datetime) -> list[Heard]:
    """Open matters of the kind in the same community, reported within the window."""
    since = now - timedelta(minutes=rule.window_minutes)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM matters_alike(%s, %s, %s, %s, %s)",
            [kind, community_of(fresh.place), since, fresh.matter, MOST_CANDIDATES],
        )
        return [Heard(*row) for row in cursor.fetchall()]


def propose(pairs: Sequence[Alike], joined: set[UUID], *, now: datetime) -> None:
    """Keep what is alike, so that somebody says whether it is the same."""
    Likeness.objects.bulk_create(
        [
            Likeness(
                id=uuid7(), matter_id=pair.matter, other_id=pair.other, likeness=pair.likeness,
                found_at=now, verdict=Likeness.Verdict.SAME if pair.joins and pair.matter in joined
                else Likeness.Verdict.OPEN,
            )
            for pair in pairs
        ],
        ignore_conflicts=True,
    )  # fmt: skip
