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
    check_areas,
    check_period,
    check_role,
    end_appointments,
    hand_over,
    label_of,
    refuse_twice,
)
from kapok.access.operations.setting_up import (
    NewAccount,
    accounts_named,
    make_accounts,
    set_up_path,
    why_no_username,
)

__all__ = [
    "Asked",
    "DemoAccount",
    "NewAccount",
    "accounts_named",
    "appoint",
    "appoint_many",
    "change_end",
    "check_areas",
    "check_period",
    "check_role",
    "demo_password",
    "end_appointments",
    "hand_over",
    "label_of",
    "make_accounts",
    "make_demo_accounts",
    "open_demo_accounts",
    "refuse_twice",
    "set_up_path",
    "why_no_username",
]
