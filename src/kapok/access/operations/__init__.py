"""Everything that changes accounts and what they may do, one transaction each."""

from kapok.access.operations.accounts import (
    DemoAccount,
    demo_password,
    make_demo_accounts,
    open_demo_accounts,
)
from kapok.access.operations.appointments import (
    Asked,
    appoint,
    appoint_many,
    change_end,
    end_appointments,
    hand_over,
)

__all__ = [
    "Asked",
    "DemoAccount",
    "appoint",
    "appoint_many",
    "change_end",
    "demo_password",
    "end_appointments",
    "hand_over",
    "make_demo_accounts",
    "open_demo_accounts",
]
