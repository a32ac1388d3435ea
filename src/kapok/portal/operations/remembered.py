"""What telephones reported within a day, by which floods are told from families.

A home is what somebody typed: two households may write the same, and anybody may write a
neighbour's. So all is counted by telephone, and by home only for one telephone.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from kapok.portal.models import SelfReport

A_DAY = timedelta(days=1)
Household = tuple[bytes, bytes]  # a telephone, and a home that it reported for


@dataclass
class Before:
    """What telephones reported within a day."""

    homes: dict[bytes, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    n_reports: Counter[Household] = field(default_factory=Counter)
    ill: set[bytes] = field(default_factory=set)  # telephones that reported symptoms
    calls: dict[Household, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    last: dict[Household, SelfReport] = field(default_factory=dict)  # that a call was made for
    keys: dict[UUID, SelfReport] = field(default_factory=dict)

    def remember(self, row: SelfReport) -> None:
        """Count one more."""
        home, phone = bytes(row.home_index), bytes(row.phone_index)
        if row.mandate is None:
            self.homes[phone].add(home)
        self.n_reports[phone, home] += 1
        self.keys[row.key] = row
        if row.has_symptoms:
            self.ill.add(phone)
        if row.has_symptoms and row.matter is not None:
            self.remember_call(row, row.matter)

    def remember_call(self, row: SelfReport, matter: UUID) -> None:
        """Count a call; what was said again is answered by the one before, and is no other."""
        household = bytes(row.phone_index), bytes(row.home_index)
        if matter not in self.calls[household]:
            self.calls[household].add(matter)
            self.last[household] = row


def within_a_day(phones: Sequence[bytes], keys: Sequence[UUID], *, at: datetime) -> Before:
    """What some telephones reported, and the reports of some keys however old."""
    found = Before()
    of_these = Q(made_at__gt=at - A_DAY, phone_index__in=phones)
    rows = SelfReport.objects.filter(of_these | Q(key__in=keys)).order_by("made_at")
    for row in rows:
        found.remember(row)
    return found
