"""What each role may do: the whole of it, as data that whoever gives the role can read."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapok.codes import Level


class Realm(TextChoices):
    """What a row is about; care is not control, so most roles have one or two."""

    CARE = "CARE", _("Care")
    HEALTH = "HEALTH", _("Health")
    ORDER = "ORDER", _("Order")
    SERVICE = "SERVICE", _("Service")


class Permission(StrEnum):
    """Named ``<thing>:<act>``. In alphabetical order."""

    ACCOUNT_MANAGE = "account:manage"
    ALARM_SETTLE = "alarm:settle"
    APPOINTMENT_GIVE = "appointment:give"
    APPOINTMENT_VIEW = "appointment:view"
    ATTENDANCE_CONFIRM = "attendance:confirm"
    BREAK_GLASS = "break_glass:use"
    CALL_COUNT = "call:count"
    CALL_LEAD = "call:lead"
    CALL_TAKE = "call:take"
    CHANNEL_MANAGE = "channel:manage"
    DELETION_DECIDE = "deletion:decide"
    EMERGENCY_END = "emergency:end"
    EXPORT_APPROVE = "export:approve"
    EXPORT_ASK = "export:ask"
    GROUP_MANAGE = "group:manage"
    LINE_KEEP = "line:keep"
    LIST_BRING = "list:bring"
    LIST_TAKE = "list:take"
    MATTER_CHECK = "matter:check"
    MATTER_COUNT = "matter:count"
    MATTER_HANDLE = "matter:handle"
    MATTER_REPORT = "matter:report"
    MATTER_SEND = "matter:send"
    MATTER_VIEW = "matter:view"
    NOTICE_PASS = "notice:pass"
    NOTICE_VIEW = "notice:view"
    NOTICE_WRITE = "notice:write"
    PACK_EDIT = "pack:edit"
    PACK_PUT_IN_FORCE = "pack:put_in_force"
    PACK_VIEW = "pack:view"
    PERSON_EDIT = "person:edit"
    PERSON_REVEAL = "person:reveal"
    PERSON_VIEW = "person:view"
    PLACE_DRAW = "place:draw"
    PLACE_IMPORT = "place:import"
    PLAN_MAKE = "plan:make"
    PLAN_PUT_IN_FORCE = "plan:put_in_force"
    PLAN_VIEW = "plan:view"
    PORTAL_KEEP = "portal:keep"
    PURPOSE_VIEW = "purpose:view"
    REGISTER_COUNT = "register:count"
    REGISTER_EDIT = "register:edit"
    REGISTER_VIEW = "register:view"
    REQUEST_ANSWER = "request:answer"
    REPORTER_VIEW = "reporter:view"
    REQUEST_ASK = "request:ask"
    TEAM_MANAGE = "team:manage"
    TRACE_VIEW = "trace:view"
    UNIT_MANAGE = "unit:manage"
    WORKER_VIEW = "worker:view"
    ZONE_ORDER = "zone:order"
    ZONE_VIEW = "zone:view"


P = Permission


@dataclass(frozen=True)
class Role:
    """A role: what it may do where it is held, and who may be given it by its holder.

    Attributes
    ----------
    label, description
        For people.
    grants
        What its holder may do.
    realms
        Whose rows its holder may read and write.
    levels
        Levels of areas that it may be held over.
    gives
        Roles that its holder may give, inside their own areas.
    needs_second_factor
        Whether signing in takes more than a password.
    """

    label: Promise
    description: Promise
    grants: frozenset[Permission]
    realms: frozenset[Realm] = frozenset()
    levels: frozenset[Level] = frozenset()
    gives: frozenset[str] = frozenset()
    needs_second_factor: bool = True


GRIDS = frozenset({Level.GRID})
NEAR = frozenset({Level.COMMUNITY, Level.GRID})
LOCAL = frozenset({Level.STREET, Level.COMMUNITY, Level.GRID})
WIDE = frozenset({Level.PROVINCE, Level.CITY, Level.DISTRICT, Level.STREET})
ANYWHERE = frozenset(Level)

READS_PEOPLE = frozenset({P.PERSON_VIEW, P.PERSON_REVEAL})
KEEPS_PEOPLE = READS_PEOPLE | {P.PERSON_EDIT}
KEEPS_REGISTERS = frozenset({P.REGISTER_VIEW, P.REGISTER_EDIT})
PLANS = frozenset({P.PLAN_VIEW, P.PLAN_MAKE, P.PLAN_PUT_IN_FORCE})
STAFFS = PLANS | {P.WORKER_VIEW, P.TEAM_MANAGE, P.ATTENDANCE_CONFIRM}
LEADS = STAFFS | {
    P.APPOINTMENT_GIVE,
    P.APPOINTMENT_VIEW,
    P.PORTAL_KEEP,
}
COMMANDS = LEADS | {
    P.PLACE_DRAW,
    P.REGISTER_COUNT,
    P.EXPORT_APPROVE,
    P.EMERGENCY_END,
    P.PACK_VIEW,
    P.PACK_PUT_IN_FORCE,
}

ON_TASKS = frozenset({P.MATTER_REPORT, P.MATTER_HANDLE})
DESKS = frozenset(
    {P.MATTER_VIEW, P.MATTER_REPORT, P.MATTER_SEND, P.MATTER_CHECK, P.MATTER_COUNT, P.ZONE_VIEW}
)
ANSWERS_FOR_A_PLACE = DESKS | {P.REPORTER_VIEW, P.UNIT_MANAGE, P.ZONE_ORDER}
PASSES_ON = frozenset({P.NOTICE_PASS, P.NOTICE_VIEW})
TELLS = frozenset({P.NOTICE_WRITE, P.NOTICE_VIEW})
KEEPS_LINES = frozenset({P.LINE_KEEP, P.CALL_COUNT})
TAKES_CALLS = READS_PEOPLE | {
    P.CALL_TAKE,
    P.BREAK_GLASS,
    P.MATTER_VIEW,
    P.MATTER_REPORT,
    P.MATTER_SEND,
    P.REPORTER_VIEW,
}
LEADS_GROUPS = PASSES_ON | TELLS | {P.GROUP_MANAGE}

AT_WORK_IN_GRIDS = frozenset(
    {"representative", "grid_worker", "police_member", "health_member", "community_member"}
)
AT_POSTS = frozenset({"gate_keeper", "registrar", "vaccinator", "hotline_worker"})
AT_DESKS = frozenset(
    {"dispatcher", "site_lead", "assistance_officer", "home_manager", "hotline_lead"}
)
IN_A_COMMUNITY = AT_WORK_IN_GRIDS | {"gate_keeper"}
IN_A_STREET = AT_WORK_IN_GRIDS | AT_POSTS | AT_DESKS | {"community_lead"}
WATCHERS = frozenset({"auditor", "data_protection_officer"})

ROLES: dict[str, Role] = {
    "resident": Role(
        _("Resident"),
        _("Sees and corrects what Kapok holds of their own household, and who looked at it."),
        frozenset({P.PERSON_VIEW, P.PERSON_EDIT, P.REGISTER_VIEW, P.REQUEST_ASK}),
        frozenset(Realm),
        needs_second_factor=False,
    ),
    "representative": Role(
        _("Building representative"),
        _("Passes notices on in one stairwell and collects needs. Sees nobody's file."),
        frozenset({P.MATTER_REPORT, P.NOTICE_PASS}),
        frozenset({Realm.SERVICE}),
        GRIDS,
        needs_second_factor=False,
    ),
    "grid_worker": Role(
        _("Grid worker"),
        _("Knows the households of one or a few grids, keeps their data right and visits them."),
        KEEPS_PEOPLE
        | KEEPS_REGISTERS
        | ON_TASKS
        | PASSES_ON
        | {P.WORKER_VIEW, P.MATTER_VIEW, P.ZONE_VIEW},
        frozenset({Realm.CARE, Realm.SERVICE, Realm.HEALTH}),
        GRIDS,
        needs_second_factor=False,
    ),
    "community_lead": Role(
        _("Community lead"),
        _("Answers for the grids of a community: draws and staffs them, keeps its people's data."),
        KEEPS_PEOPLE
        | KEEPS_REGISTERS
        | LEADS
        | DESKS
        | ON_TASKS
        | LEADS_GROUPS
        | {P.REPORTER_VIEW}
        | {P.PLACE_DRAW, P.LIST_BRING, P.EXPORT_ASK, P.BREAK_GLASS, P.REGISTER_COUNT}
        | {P.PACK_VIEW},
        frozenset({Realm.CARE, Realm.SERVICE, Realm.HEALTH}),
        frozenset({Level.COMMUNITY}),
        IN_A_COMMUNITY,
    ),
    "police_member": Role(
        _("Police member of a team"),
        _("Verifies identity together with the team, on its tasks alone. Cannot read care."),
        ON_TASKS,
        frozenset({Realm.ORDER}),
        LOCAL,
    ),
    "health_member": Role(
        _("Health member of a team"),
        _("Observes health, samples and keeps the record of the people on the team's tasks."),
        READS_PEOPLE | ON_TASKS | {P.BREAK_GLASS},
        frozenset({Realm.HEALTH}),
        LOCAL,
    ),
    "community_member": Role(
        _("Community member of a team"),
        _("Knows the place, explains, and brings needs back."),
        READS_PEOPLE | ON_TASKS,
        frozenset({Realm.SERVICE}),
        LOCAL,
    ),
    "gate_keeper": Role(
        _("Gate keeper"),
        _("Checks codes and passes at one gate. Sees nobody's file and no care."),
        ON_TASKS,
        frozenset({Realm.ORDER}),
        LOCAL,
    ),
    "hotline_worker": Role(
        _("Hotline worker"),
        _("Takes calls and finds the caller, so that help reaches them."),
        TAKES_CALLS,
        frozenset({Realm.SERVICE, Realm.CARE}),
        LOCAL | {Level.DISTRICT, Level.CITY},
    ),
    "hotline_lead": Role(
        _("Hotline lead"),
        _("Keeps the lines of a place and who sits at them, and talks with them after hard calls."),
        TAKES_CALLS | KEEPS_LINES | STAFFS | {P.CALL_LEAD, P.APPOINTMENT_GIVE, P.APPOINTMENT_VIEW},
        frozenset({Realm.SERVICE, Realm.CARE}),
        frozenset({Level.STREET, Level.DISTRICT, Level.CITY}),
        frozenset({"hotline_worker"}),
    ),
    "dispatcher": Role(
        _("Dispatcher"),
        _("Sends matters to whoever handles them, and sees who is on duty."),
        READS_PEOPLE
        | DESKS
        | PASSES_ON
        | {P.WORKER_VIEW, P.BREAK_GLASS, P.REPORTER_VIEW, P.UNIT_MANAGE, P.PACK_VIEW},
        frozenset({Realm.SERVICE, Realm.ORDER, Realm.HEALTH}),
        LOCAL | {Level.DISTRICT, Level.CITY},
    ),
    "site_lead": Role(
        _("Site lead"),
        _("Runs a sampling or vaccination site: its staff, posts and hours."),
        ON_TASKS | STAFFS,
        frozenset({Realm.HEALTH, Realm.SERVICE}),
        LOCAL,
    ),
    "registrar": Role(
        _("Registrar"),
        _("Registers people at a site."),
        READS_PEOPLE,
        frozenset({Realm.HEALTH}),
        LOCAL,
    ),
    "vaccinator": Role(
        _("Vaccinator"),
        _("Checks, vaccinates and observes people at a site."),
        READS_PEOPLE,
        frozenset({Realm.HEALTH}),
        LOCAL,
    ),
    "assistance_officer": Role(
        _("Assistance officer"),
        _("Handles applications for relief and keeps the registers of people in difficulty."),
        KEEPS_PEOPLE
        | KEEPS_REGISTERS
        | DESKS
        | ON_TASKS
        | {P.LIST_BRING, P.LIST_TAKE, P.EXPORT_ASK, P.REGISTER_COUNT},
        frozenset({Realm.CARE}),
        LOCAL | {Level.DISTRICT},
    ),
    "home_manager": Role(
        _("Home manager"),
        _("Runs a care home or a clustered home: its staff, and who lives there."),
        READS_PEOPLE | KEEPS_REGISTERS | ON_TASKS | STAFFS,
        frozenset({Realm.CARE}),
        LOCAL,
    ),
    "street_command": Role(
        _("Street lead"),
        _("Appoints people in a street, sees vacancies and overload, and approves exports."),
        COMMANDS
        | READS_PEOPLE
        | ANSWERS_FOR_A_PLACE
        | LEADS_GROUPS
        | KEEPS_LINES
        | {P.LIST_BRING, P.LIST_TAKE, P.EXPORT_ASK, P.BREAK_GLASS},
        frozenset({Realm.SERVICE, Realm.ORDER, Realm.HEALTH}),
        frozenset({Level.STREET}),
        IN_A_STREET,
    ),
    "district_command": Role(
        _("District command"),
        _("Sees a district in figures, moves people between its streets. Care only as counts."),
        COMMANDS | ANSWERS_FOR_A_PLACE | LEADS_GROUPS | KEEPS_LINES,
        frozenset({Realm.SERVICE, Realm.ORDER}),
        frozenset({Level.DISTRICT}),
        IN_A_STREET | {"street_command"},
    ),
    "city_command": Role(
        _("City command"),
        _("Sees a city in figures, moves people between its districts. Care only as counts."),
        COMMANDS | TELLS | KEEPS_LINES | {P.MATTER_COUNT, P.ZONE_ORDER, P.ZONE_VIEW},
        frozenset({Realm.SERVICE, Realm.ORDER}),
        frozenset({Level.CITY}),
        IN_A_STREET | {"street_command", "district_command", "health_authority"},
    ),
    "province_command": Role(
        _("Province command"),
        _("Sees a province in figures. Care only as counts."),
        COMMANDS | {P.MATTER_COUNT, P.ZONE_VIEW},
        frozenset({Realm.SERVICE, Realm.ORDER}),
        frozenset({Level.PROVINCE}),
        frozenset({"city_command", "health_authority"}),
    ),
    "health_authority": Role(
        _("Health authority"),
        _("Brings and answers for lists of contacts and arrivals; the second opinion on measures."),
        READS_PEOPLE
        | DESKS
        | TELLS
        | {P.LIST_BRING, P.LIST_TAKE, P.EXPORT_ASK, P.EXPORT_APPROVE, P.EMERGENCY_END}
        | {P.PACK_VIEW, P.PACK_PUT_IN_FORCE},
        frozenset({Realm.HEALTH}),
        WIDE,
    ),
    "auditor": Role(
        _("Auditor"),
        _("Reads the trace: who looked at whom, as what and why. Sees opaque keys, never values."),
        frozenset({P.TRACE_VIEW, P.ALARM_SETTLE, P.APPOINTMENT_VIEW, P.PACK_VIEW}),
        frozenset(),
        ANYWHERE - GRIDS,
    ),
    "data_protection_officer": Role(
        _("Data protection officer"),
        _("Watches over purposes and retention, answers requests of residents, decides deletions."),
        frozenset(
            {
                P.PURPOSE_VIEW,
                P.DELETION_DECIDE,
                P.REQUEST_ANSWER,
                P.TRACE_VIEW,
                P.EXPORT_APPROVE,
                P.EMERGENCY_END,
                P.PACK_VIEW,
            }
        ),
        frozenset(),
        ANYWHERE - GRIDS,
    ),
    "administrator": Role(
        _("Administrator"),
        _("Looks after the box: accounts, areas, first appointments. Sees nobody's file."),
        frozenset(
            {
                P.ACCOUNT_MANAGE,
                P.APPOINTMENT_GIVE,
                P.APPOINTMENT_VIEW,
                P.CHANNEL_MANAGE,
                P.GROUP_MANAGE,
                P.PACK_EDIT,
                P.PACK_VIEW,
                P.PLACE_DRAW,
                P.PLACE_IMPORT,
                P.WORKER_VIEW,
            }
        ),
        frozenset({Realm.SERVICE}),
        ANYWHERE - GRIDS,
        IN_A_STREET
        | WATCHERS
        | {
            "street_command",
            "district_command",
            "city_command",
            "province_command",
            "health_authority",
            "administrator",
        },
    ),
}

ROLE_CHOICES = [(code, role.label) for code, role in ROLES.items()]
