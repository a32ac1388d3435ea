"""How many text messages left, minute by minute, as far back as caps look. Pure."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Spent:
    """Counts of one process, begun with what the outbox holds."""

    _minutes: dict[datetime, int] = field(default_factory=dict)

    def add(self, n: int, at: datetime) -> None:
        """So many went."""
        minute = at.replace(second=0, microsecond=0)
        self._minutes[minute] = self._minutes.get(minute, 0) + n

    def since(self, moment: datetime) -> int:
        """How many went from a moment on; the minute that it lies in counts whole."""
        first = moment.replace(second=0, microsecond=0)
        return sum(n for minute, n in self._minutes.items() if minute >= first)

    def forget_before(self, moment: datetime) -> None:
        """What no cap looks at any more."""
        self._minutes = {minute: n for minute, n in self._minutes.items() if minute >= moment}
