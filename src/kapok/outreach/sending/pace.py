"""How many messages a channel may be given now: so many in a second, never saved up for later."""

from dataclasses import dataclass, field


@dataclass
class Pace:
    """A bucket that fills with ``per_second`` and holds one second's worth, at least one.

    Attributes
    ----------
    per_second
        Messages.
    """

    per_second: float
    _level: float = field(default=0.0, init=False)
    _seen_s: float | None = field(default=None, init=False)

    def room(self, now_s: float) -> int:
        """How many may go at this moment of a clock that never goes back."""
        most = max(1.0, self.per_second)
        if self._seen_s is None:
            self._level = min(most, 1.0) if self.per_second < 1 else self.per_second
        else:
            passed = max(0.0, now_s - self._seen_s)
            self._level = min(most, self._level + passed * self.per_second)
        self._seen_s = now_s
        return int(self._level)

    def spend(self, n: int) -> None:
        """So many went."""
        self._level -= n
