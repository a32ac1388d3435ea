"""What each role may do, spelled out twice on purpose: a wider grant must be typed twice."""

import pytest

from kapok.access.purposes import PURPOSES
from kapok.access.roles import ROLES, Permission, Realm
from kapok.codes import Level

READS = {
    "resident", "grid_worker", "community_lead", "health_member", "community_member",
    "hotline_worker", "dispatcher", "registrar", "vaccinator", "assistance_officer",
    "home_manager", "street_command", "health_authority", "hotline_lead",
}  # fmt: skip
LEADS = {
    "community_lead", "street_command", "district_command", "city_command", "province_command",
}  # fmt: skip
COMMANDS = LEADS - {"community_lead"}
ON_TASKS = {
    "grid_worker", "community_lead", "police_member", "health_member", "community_member",
    "gate_keeper", "site_lead", "assistance_officer", "home_manager",
}  # fmt: skip
DESKS = {
    "community_lead", "dispatcher", "assistance_officer", "street_command", "district_command",
    "health_authority",
}  # fmt: skip
STAFFS = LEADS | {"site_lead", "home_manager", "hotline_lead"}
TAKES_CALLS = {"hotline_worker", "hotline_lead"}
KEEPS_LINES = {"hotline_lead", "street_command", "district_command", "city_command"}
HOLDERS = {
    "account:manage": {"administrator"},
    "alarm:settle": {"auditor"},
    "appointment:give": LEADS | {"administrator", "hotline_lead"},
    "appointment:view": LEADS | {"administrator", "auditor", "hotline_lead"},
    "attendance:confirm": STAFFS,
    "break_glass:use": {
        "community_lead", "health_member", "hotline_worker", "hotline_lead", "dispatcher",
        "street_command",
    },
    "call:count": KEEPS_LINES,
    "call:lead": {"hotline_lead"},
    "call:take": TAKES_CALLS,
    "channel:manage": {"administrator"},
    "deletion:decide": {"data_protection_officer"},
    "emergency:end": COMMANDS | {"health_authority", "data_protection_officer"},
    "export:approve": COMMANDS | {"health_authority", "data_protection_officer"},
    "export:ask": {"community_lead", "assistance_officer", "street_command", "health_authority"},
    "group:manage": {
        "administrator", "community_lead", "street_command", "district_command",
    },
    "line:keep": KEEPS_LINES,
    "list:bring": {"community_lead", "assistance_officer", "street_command", "health_authority"},
    "list:take": {"assistance_officer", "street_command", "health_authority"},
    "matter:check": DESKS,
    "matter:count": DESKS | {"city_command", "province_command"},
    "matter:handle": ON_TASKS,
    "matter:report": ON_TASKS | DESKS | {"representative"} | TAKES_CALLS,
    "matter:send": DESKS | TAKES_CALLS,
    "matter:view": DESKS | {"grid_worker"} | TAKES_CALLS,
    "notice:pass": {
        "representative", "grid_worker", "community_lead", "dispatcher", "street_command",
        "district_command",
    },
    "notice:view": {
        "grid_worker", "community_lead", "dispatcher", "street_command", "district_command",
        "city_command", "health_authority",
    },
    "notice:write": {
        "community_lead", "street_command", "district_command", "city_command",
        "health_authority",
    },
    "pack:edit": {"administrator"},
    "pack:put_in_force": COMMANDS | {"health_authority"},
    "pack:view": COMMANDS
    | {"administrator", "auditor", "community_lead", "data_protection_officer", "dispatcher"}
    | {"health_authority"},
    "person:edit": {"resident", "grid_worker", "community_lead", "assistance_officer"},
    "person:reveal": READS - {"resident"},
    "person:view": READS,
    "place:draw": LEADS | {"administrator"},
    "place:import": {"administrator"},
    "plan:make": STAFFS,
    "plan:put_in_force": STAFFS,
    "plan:view": STAFFS,
    "portal:keep": LEADS,
    "purpose:view": {"data_protection_officer"},
    "register:count": LEADS | {"assistance_officer"},
    "register:edit": {"grid_worker", "community_lead", "assistance_officer", "home_manager"},
    "register:view": {
        "resident", "grid_worker", "community_lead", "assistance_officer", "home_manager",
    },
    "reporter:view": {
        "community_lead", "hotline_worker", "hotline_lead", "dispatcher", "street_command",
        "district_command",
    },
    "request:answer": {"data_protection_officer"},
    "request:ask": {"resident"},
    "team:manage": STAFFS,
    "trace:view": {"auditor", "data_protection_officer"},
    "unit:manage": {"dispatcher", "street_command", "district_command"},
    "worker:view": STAFFS | {"grid_worker", "dispatcher", "administrator"},
    "zone:order": {"street_command", "district_command", "city_command"},
    "zone:view": DESKS | {"grid_worker", "city_command", "province_command"},
}  # fmt: skip
ONE_FACTOR = {"resident", "representative", "grid_worker"}


@pytest.mark.parametrize("permission", Permission)
def test_who_holds_each_permission(permission):
    assert {code for code, role in ROLES.items() if permission in role.grants} == HOLDERS[
        permission
    ]


def test_every_role_above_grid_worker_needs_a_second_factor():
    assert {code for code, role in ROLES.items() if not role.needs_second_factor} == ONE_FACTOR


@pytest.mark.parametrize("code", ["police_member", "gate_keeper"])
def test_police_and_gates_have_no_care_and_no_files(code):
    role = ROLES[code]
    assert Realm.CARE not in role.realms
    assert not {grant for grant in role.grants if grant.startswith(("person:", "register:"))}
    purposes = {name for name, purpose in PURPOSES.items() if code in purpose.roles}
    # Who is sent to the gate reads what was reported of that matter: it opens no file.
    assert purposes == ({"matter_handling"} if code == "police_member" else set())


@pytest.mark.parametrize("code", sorted(COMMANDS))
def test_command_sees_care_as_counts(code):
    assert Permission.REGISTER_COUNT in ROLES[code].grants
    assert Permission.REGISTER_VIEW not in ROLES[code].grants


@pytest.mark.parametrize("code", sorted(ROLES))
def test_nobody_gives_more_than_they_answer_for(code):
    """Who gives a role may not give, through it, one that they may not give themselves."""
    role = ROLES[code]
    through = {second for first in role.gives for second in ROLES[first].gives}
    if code != "administrator" and code != "province_command":
        assert through <= role.gives


@pytest.mark.parametrize("code", sorted(ROLES))
def test_every_role_says_what_it_is(code):
    role = ROLES[code]
    assert str(role.label)
    assert str(role.description).endswith(".")
    assert role.gives <= set(ROLES)
    assert role.levels <= set(Level)


@pytest.mark.parametrize("code", sorted(PURPOSES))
def test_a_purpose_belongs_to_roles_that_may_look(code):
    """Who may look for a purpose may see people, or what the purpose is about."""
    for role in PURPOSES[code].roles:
        may_look = {Permission.PERSON_VIEW, Permission.REQUEST_ANSWER, Permission.WORKER_VIEW}
        if code == "matter_handling":
            may_look |= {Permission.MATTER_HANDLE}
        if code == "notices":
            may_look |= {Permission.NOTICE_PASS}
        assert ROLES[role].grants & may_look
