"""Documents of situations and plans, written one way: equal ones have equal fingerprints."""

import hashlib
import json
import re
from datetime import date, timedelta
from typing import Any

from kapok.planning.planner import Document


def written(document: Document) -> str:
    """As text: keys in order, no number that JSON does not know."""
    return json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def from_day(document: Document, first: date) -> dict[str, Any]:
    """A document whose days are moved by whole weeks, so that none lies before ``first``.

    Made-up cases have days of their own; weekdays stay as they are.
    """
    text = written(document)
    days = [date.fromisoformat(found) for found in DAY.findall(text)]
    late_by = (first - min(days, default=first)).days
    step = timedelta(weeks=max(0, -(-late_by // 7)))
    moved: dict[str, Any] = json.loads(
        DAY.sub(lambda found: (date.fromisoformat(found[0]) + step).isoformat(), text)
    )
    return moved


def fingerprint(kind: str, document: Document) -> str:
    """Changes when anything changes that a plan starts from, or says."""
    return hashlib.sha256(f"{kind}:{written(document)}".encode()).hexdigest()
