"""A second report of the same thing joins the first; what is only alike is proposed to the desk."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from kapok.codes import community_of
from kapok.ids import uuid7
from kapok.matters.engine.duplicates import PROPOSED, Heard, joins, likeness
from kapok.matters.engine.facts import Facts
from kapok.matters.models import Likeness
from kapok.packs import look_up
from kapok.packs.schema import Duplicates, Kind

MOST_CANDIDATES = 50


@dataclass(frozen=True)
class Alike:
    """A new matter and an older one that may be the same; ``joins`` where the pack says it is."""

    matter: UUID
    other: UUID
    likeness: float
    joins: bool


@dataclass
class Candidates:
    """Open matters that new ones of a set may be the same as: by kind and community, asked once."""

    now: datetime
    _known: dict[tuple[str, int], list[Heard]] = field(default_factory=dict)

    def like(self, fresh: Facts, text: str) -> list[Alike]:
        """What a new matter, given with its words, is like; the likest first."""
        kind = _kind(fresh)
        if kind.duplicates is None:
            return []
        heard = _heard(fresh, text)
        scored = [
            (likeness(heard, old, kind.duplicates), old)
            for old in self._older(fresh, kind.duplicates)
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [
            Alike(fresh.id, old.matter, score, joins=i == 0 and joins(heard, old, kind))
            for i, (score, old) in enumerate(scored)
            if score >= PROPOSED
        ]

    def add(self, fresh: Facts, text: str) -> None:
        """A new one of the set, which the next ones may be the same as."""
        rule = _kind(fresh).duplicates
        if rule is not None:
            self._older(fresh, rule).append(_heard(fresh, text))

    def _older(self, fresh: Facts, rule: Duplicates) -> list[Heard]:
        """Open matters of the kind in the same community, reported within the window."""
        key = fresh.kind, community_of(fresh.place)
        if key not in self._known:
            since = self.now - timedelta(minutes=rule.window_minutes)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT * FROM matters_heard(%s, %s, %s, %s, %s)",
                    [*key, since, fresh.id, MOST_CANDIDATES],
                )
                self._known[key] = [
                    replace(Heard(*row[:-1]), answers=json.loads(row[-1]))
                    for row in cursor.fetchall()
                ]
        return self._known[key]


def _kind(fresh: Facts) -> Kind:
    return look_up.kind_of(fresh.pack, fresh.kind)[0]


def _heard(facts: Facts, text: str) -> Heard:
    return Heard(
        facts.id, facts.place, facts.building, facts.lon, facts.lat, facts.received_at, text,
        facts.answers,
    )  # fmt: skip


def propose(pairs: Sequence[Alike], joined: set[UUID], *, now: datetime) -> None:
    """Keep what is alike, so that somebody says whether it is the same."""
    if not pairs:
        return
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
