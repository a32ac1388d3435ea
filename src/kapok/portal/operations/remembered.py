"""What telephones and homes reported within a day, by which floods are told from families."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kapok.portal.models import SelfReport

A_DAY = timedelta(days=1)


@dataclass
class Before:
    """What telephones and homes reported within a day."""

    homes: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    n_of_home: Counter[bytes] = field(default_factory=Counter)
    n_calls: Counter[bytes] = field(default_factory=Counter)
    last: dict[bytes, SelfReport] = field(default_factory=dict)  # with a call, by home
    keys: dict[UUID, SelfReport] = field(default_factory=dict)

    def remember(self, row: SelfReport) -> None:
        """Count one more."""
        home, phone = bytes(row.home_index), bytes(row.phone_index)
        if row.mandate is None:
            self.homes[phone].add(home)
        self.n_of_home[home] += 1
        self.keys[row.key] = row
        if row.has_symptoms and row.matter is not None:
            self.n_calls[home] += 1
            self.last[home] = row


def within_a_day(
    phones: Sequence[bytes], at_homes: Sequence[bytes], keys: Sequence[UUID], *, at: datetime
) -> Before:
    """What some telephones and homes reported, and the reports of some keys however old."""
    found = Before()
    recent = Q(made_at__gt=at - A_DAY)
    of_these = recent & Q(phone_index__in=phones) | recent & Q(home_index__in=at_homes)
    rows = SelfReport.objects.filter(of_these | Q(key__in=keys)).order_by("made_at")
    for row in rows:
        found.remember(row)
    return found
