"""How a caller was screened, for whoever holds the call and the lead of its line."""

import json
from dataclasses import dataclass
from datetime import datetime

from kapok.hotline.models import Call, RiskScreen
from kapok.hotline.queries.records import opened
from kapok.hotline.workflow import HEAVY, Rescue, Risk
from kapok.packs.schema import Hotline

RISK = "risk"


@dataclass(frozen=True)
class Screened:
    """One screening."""

    level: int
    label: str
    yes: tuple[str, ...]
    reason: str
    told: str
    rescue: str
    who: str
    at: datetime

    @property
    def is_heavy(self) -> bool:
        """Whether follow-ups and supervision hang on it."""
        return self.level >= HEAVY


@dataclass(frozen=True)
class Step:
    """A level of the ladder, and what to do at it."""

    level: int
    name: str
    label: str
    steps: tuple[str, ...]


def screens_of(call: Call, words: Hotline) -> tuple[Screened, ...]:
    """The screenings that whoever acts may see, the latest first."""
    rows = RiskScreen.objects.filter(call=call).select_related("by")
    return tuple(_screened(row, words) for row in rows)


def _screened(row: RiskScreen, words: Hotline) -> Screened:
    kept = json.loads(opened(row.answers, RISK) or "{}")
    said = kept.get("answers", {})
    return Screened(
        level=row.level,
        label=str(Risk(row.level).label),
        yes=tuple(asked.ask.here() for asked in words.questions if said.get(asked.code)),
        reason=str(kept.get("reason", "")),
        told=row.told,
        rescue=str(Rescue(row.rescue).label) if row.rescue else "",
        who=str(row.by),
        at=row.at,
    )


def ladder(words: Hotline) -> tuple[Step, ...]:
    """The ladder of risk in the words of the pack, or of Kapok."""
    return tuple(
        Step(
            step.level,
            f"L{step.level}",
            step.label.here(),
            tuple(line.here() for line in step.steps),
        )
        for step in words.risk
    )
