"""The registry of purposes: what personal data may be used for, by whom, and how long it is kept.

Every use of personal data names one of these. A field that no purpose needs may not be stored:
``tests/kapok/access/test_purposes.py`` compares the registry with the models.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kapok.access.roles import ROLES, Permission


class Basis(StrEnum):
    """Legal bases, after article 13 of the Personal Information Protection Law."""

    CONSENT = "CONSENT"
    DUTY = "DUTY"  # 13(3): legal duty or statutory responsibility
    EMERGENCY = "EMERGENCY"  # 13(4): public-health emergency, protection of life and property


@dataclass(frozen=True)
class Purpose:
    """One use of personal data.

    Attributes
    ----------
    label, why
        For people: the residents read it too.
    basis, law
        The legal basis, and the articles that it rests on.
    roles
        Roles that may look for this purpose.
    fields
        The fields it needs, as ``model.field`` in lower case, by the models' true names.
    retention
        How long what only this purpose justifies is kept after it was last needed.
    hangs_on_emergency
        Ends with an emergency: then deletion starts.
    """

    label: Promise
    why: Promise
    basis: Basis
    law: str
    roles: frozenset[str]
    fields: frozenset[str]
    retention: timedelta
    hangs_on_emergency: bool = False


def _roles(*permissions: Permission) -> frozenset[str]:
    """The roles that hold all of the permissions."""
    return frozenset(code for code, role in ROLES.items() if role.grants >= set(permissions))


@dataclass(frozen=True)
class Group:
    """Fields that are always needed together, with the words in which residents read of them."""

    label: Promise
    fields: frozenset[str]


KNOWN_AS = frozenset(
    {
        "person.name",
        "person.name_pinyin",
        "person.name_tokens",
        "person.sex",
        "person.birth_date",
        "person.relation",
        "person.presence",
        "person.left_at",
    }
)
LIVES_AT = frozenset(
    {
        "dwelling.building",
        "dwelling.room",
        "dwelling.place",
        "household.dwelling",
        "household.place",
        "household.note",
        "household.ended_at",
        "person.household",
        "person.place",
        "residence.dwelling",
        "residence.place",
        "residence.began_on",
        "residence.ended_on",
        "residence.presence",
    }
)
REACHED_BY = frozenset(
    {
        "contact.value",
        "contact.value_index",
        "contact.tail_index",
        "contact.kind",
        "contact.whose",
        "person.languages",
        "person.needs",
    }
)
IDENTIFIED_BY = frozenset(
    {"person.identity", "person.identity_kind", "person.identity_index", "person.nationality"}
)
CARED_FOR = frozenset(
    {
        "registerentry.kind",
        "registerentry.tier",
        "registerentry.note",
        "registerentry.review_on",
        "registerentry.began_on",
        "registerentry.ended_on",
        "guardian.guardian",
        "guardian.name",
        "guardian.relation",
        "guardian.began_on",
        "guardian.ended_on",
    }
)
AGREED_TO = frozenset(
    {
        "consent.purpose",
        "consent.is_separate",
        "consent.text_version",
        "consent.how",
        "consent.given_at",
        "consent.withdrawn_at",
    }
)
REPORTED = frozenset(
    {
        "report.text",
        "report.address",
        "report.answers",
        "report.notes",
        "report.contact",
        "report.phone_index",
        "report.tracking_index",
        "matterevent.data",
        "attachment.name",
        "upload.content",
        "upload.thumbnail",
        "uploadpart.content",
        "attachment.content",
        "attachment.thumbnail",
        "handover.note",
    }
)
ASKED_FOR = frozenset(
    {
        "rightsrequest.kind",
        "rightsrequest.text",
        "rightsrequest.status",
        "rightsrequest.asked_at",
        "rightsrequest.answer_by",
        "rightsrequest.answered_at",
        "rightsrequest.answer",
    }
)
LISTED = frozenset(
    {
        "personlist.file",
        "listrow.values",
        "listrow.problems",
        "listrow.likeness",
        "listrow.candidate",
        "listrow.status",
    }
)
FORMER = frozenset({"merge.before"})
SELF_REPORTED = frozenset(
    {
        "selfreport.place",
        "selfreport.building",
        "selfreport.phone",
        "selfreport.phone_index",
        "selfreport.home",
        "selfreport.home_index",
        "selfreport.answers",
        "selfreport.has_symptoms",
        "selfreport.made_at",
    }
)
BOOKED = frozenset(
    {
        "booking.phone",
        "booking.phone_index",
        "booking.code_index",
        "booking.starts_at",
        "booking.ends_at",
    }
)
ACTED_FOR = frozenset(
    {
        "mandate.phone",
        "mandate.phone_index",
        "mandate.helper",
        "mandate.home",
        "mandate.home_index",
        "mandate.given_by",
        "mandate.how",
        "mandate.uses",
        "mandate.given_at",
        "mandate.ends_at",
        "deed.what",
        "deed.at",
    }
)

CALLED = frozenset(
    {
        "callrecord.phone",
        "callrecord.phone_index",
        "callrecord.caller",
        "callrecord.address",
        "callrecord.building",
        "callrecord.household",
        "callrecord.notes",
        "callrecord.is_discreet",
        "callrecord.yes_no",
        "need.category",
        "need.matter",
        "need.referred_to",
        "need.at",
        "riskscreen.level",
        "riskscreen.answers",
        "riskscreen.told",
        "riskscreen.rescue",
        "riskscreen.at",
    }
)

TOLD = frozenset(
    {
        "message.household",
        "message.contact",
        "message.address_index",
        "message.language",
        "message.opened_at",
        "receipt.household",
        "receipt.how",
        "receipt.at",
        "optout.address_index",
        "optout.source",
        "optout.at",
    }
)

SERVES_AS = frozenset(
    {
        "worker.phone",
        "worker.employer",
        "worker.kind",
        "worker.skills",
        "worker.is_adult",
        "worker.agreed_at",
        "worker.insurance",
        "worker.insured_until",
        "workerlist.rows",
        "plan.situation",
        "plan.result",
        "plan.current",
        "plan.changes",
        "plan.said",
        "briefingread.read_at",
        "call.starts_at",
        "call.ends_at",
        "call.status",
        "shift.kind",
        "shift.starts_at",
        "shift.ends_at",
        "shift.state",
        "shift.reason",
        "swapoffer.note",
        "swapoffer.state",
        "swapoffer.reason",
        "seat.extension",
        "seat.languages",
        "seat.state",
        "seat.state_since",
        "seat.phones_since",
        "seat.sat_at",
        "seat.left_at",
        "supervision.next_steps",
        "representative.building",
        "representative.kind",
        "representative.agreed_at",
        "representative.ended_at",
        "hoursentry.arrived_at",
        "hoursentry.left_at",
        "hoursentry.hours",
        "hoursentry.reason",
    }
)

GROUPS = (
    Group(_("Name, sex, birthday, place in the household"), KNOWN_AS),
    Group(_("Where you live and have lived"), LIVES_AT),
    Group(_("How to reach you, your languages and needs"), REACHED_BY),
    Group(_("Your papers"), IDENTIFIED_BY),
    Group(_("Registers of people in difficulty, and who answers for you"), CARED_FOR),
    Group(_("What you agreed to"), AGREED_TO),
    Group(_("What you asked for, and the answers"), ASKED_FOR),
    Group(_("What you reported, and what was done about it"), REPORTED),
    Group(_("Notices that were sent to you, and whether you want them"), TOLD),
    Group(_("Your calls to the hotline, and what was noted of them"), CALLED),
    Group(_("Rows of lists that name you"), LISTED),
    Group(_("Your data before two entries were joined"), FORMER),
    Group(_("How your household said it is, on its online home"), SELF_REPORTED),
    Group(_("Appointments that you booked"), BOOKED),
    Group(_("Who acts for your household, or for whom you act"), ACTED_FOR),
    Group(_("Your work for the town: posts, shifts, hours, skills, insurance"), SERVES_AS),
)

PURPOSES: dict[str, Purpose] = {
    "household_care": Purpose(
        _("Looking after the households of a grid"),
        _("So that the people of your grid know who lives where and can help you."),
        Basis.DUTY,
        "广东省平安建设条例 10; PIPL 13(3)",
        _roles(Permission.PERSON_VIEW) - {"resident"},
        KNOWN_AS | LIVES_AT | REACHED_BY,
        timedelta(days=90),
    ),
    "difficulty_care": Purpose(
        _("Care for people in difficulty"),
        _("So that people who live alone, are ill, disabled or poor are visited and supplied."),
        Basis.DUTY,
        "社会救助暂行办法; 未成年人保护法 43; PIPL 13(3), 28",
        _roles(Permission.REGISTER_VIEW) - {"resident"},
        KNOWN_AS | LIVES_AT | REACHED_BY | CARED_FOR | {"person.identity", "person.identity_kind"},
        timedelta(days=180),
    ),
    "urgent_help": Purpose(
        _("Urgent help to a caller"),
        _("So that whoever calls for help is found at once."),
        Basis.EMERGENCY,
        "PIPL 13(4); 突发事件应对法",
        frozenset({"hotline_worker", "hotline_lead", "dispatcher", "health_member", "grid_worker"}),
        KNOWN_AS | LIVES_AT | REACHED_BY | CALLED,
        timedelta(days=3 * 365),
    ),
    "epidemic_check": Purpose(
        _("Checking contacts and arrivals in an epidemic"),
        _("So that people who may be ill or infected are found, tested and supplied."),
        Basis.EMERGENCY,
        "传染病防治法 12; 突发公共卫生事件应急条例 40; PIPL 13(4)",
        frozenset(
            {
                "health_authority",
                "health_member",
                "community_member",
                "community_lead",
                "street_command",
                "grid_worker",
                "dispatcher",
            }
        ),
        KNOWN_AS | LIVES_AT | REACHED_BY | IDENTIFIED_BY | LISTED,
        timedelta(days=28),
        hangs_on_emergency=True,
    ),
    "site_registration": Purpose(
        _("Registration at a testing or vaccination site"),
        _("So that a test or a dose is written down for the right person."),
        Basis.DUTY,
        "疫苗管理法 45, 46",
        frozenset({"registrar", "vaccinator", "health_authority"}),
        KNOWN_AS | IDENTIFIED_BY | REACHED_BY,
        timedelta(days=5 * 365),
    ),
    "social_assistance": Purpose(
        _("Social assistance"),
        _("So that an application for relief can be examined and paid."),
        Basis.DUTY,
        "社会救助暂行办法; 最低生活保障审核确认办法",
        frozenset({"assistance_officer"}),
        KNOWN_AS | LIVES_AT | REACHED_BY | IDENTIFIED_BY | CARED_FOR,
        timedelta(days=5 * 365),
    ),
    "matter_handling": Purpose(
        _("Handling what was reported"),
        _("So that what you report is understood, handled and answered."),
        Basis.DUTY,
        "广东省平安建设条例 10; PIPL 13(3), 13(4)",
        # Police who are sent read what was reported of that matter, and nobody's file.
        frozenset({"police_member"})
        | (_roles(Permission.MATTER_HANDLE) | _roles(Permission.MATTER_SEND))
        & _roles(Permission.PERSON_VIEW),
        REPORTED,
        timedelta(days=365),
    ),
    "self_report": Purpose(
        _("What households report of their health"),
        _("So that somebody who feels ill is called back within two hours. It restricts nobody."),
        Basis.CONSENT,
        "PIPL 13(1), 29; 传染病防治法 12",
        frozenset({"health_member", "health_authority", "community_lead", "grid_worker"}),
        SELF_REPORTED,
        timedelta(days=28),
    ),
    "booking": Purpose(
        _("Appointments at sites"),
        _("So that a site has room for whoever comes, and you can cancel."),
        Basis.CONSENT,
        "PIPL 13(1), 13(2)",
        _roles(Permission.PLAN_VIEW) - {"hotline_lead"},
        BOOKED,
        timedelta(days=28),
    ),
    "acting_for": Purpose(
        _("Helpers who act for people without a telephone"),
        _("So that a neighbour can ask for you, as long as you agree, and all of it is on record."),
        Basis.CONSENT,
        "PIPL 13(1), 23",
        _roles(Permission.PERSON_EDIT) - {"resident"},
        ACTED_FOR,
        timedelta(days=365),
    ),
    "register_upkeep": Purpose(
        _("Bringing lists and keeping registers right"),
        _("So that the same person is not written down twice and errors are corrected."),
        Basis.DUTY,
        "PIPL 8, 13(3)",
        _roles(Permission.LIST_BRING),
        KNOWN_AS | LIVES_AT | REACHED_BY | IDENTIFIED_BY | CARED_FOR | LISTED | FORMER,
        timedelta(days=30),
    ),
    "notices": Purpose(
        _("Telling households what they must know"),
        _("So that a notice reaches every door, and whoever has no telephone is told in person."),
        Basis.DUTY,
        "突发事件应对法 10, 42; PIPL 13(3)",
        frozenset({"representative"}),  # who sees flats and no file; the box sends
        TOLD
        | {"contact.value", "contact.value_index", "contact.kind", "person.languages"}
        | {"dwelling.room", "dwelling.building", "household.dwelling", "person.birth_date"},
        timedelta(days=90),
    ),
    "running_the_service": Purpose(
        _("Running the service: its workers and their hours"),
        _("So that each grid has somebody, and whoever worked has it written down truly."),
        Basis.DUTY,
        "PIPL 13(2); 志愿服务条例 12-19",
        _roles(Permission.WORKER_VIEW),
        SERVES_AS,
        timedelta(days=3 * 365),
    ),
    "own_data": Purpose(
        _("Seeing my own data"),
        _("So that you can see, correct and withdraw what is held of you."),
        Basis.DUTY,
        "PIPL 44-50",
        frozenset({"resident"}),
        KNOWN_AS | LIVES_AT | REACHED_BY | IDENTIFIED_BY | CARED_FOR | AGREED_TO | ASKED_FOR,
        timedelta(days=3 * 365),
    ),
    "rights_request": Purpose(
        _("Answering a resident's request"),
        _("So that corrections, withdrawals and deletions are answered in time."),
        Basis.DUTY,
        "PIPL 44-50",
        frozenset({"data_protection_officer"}),
        ASKED_FOR | AGREED_TO,
        timedelta(days=3 * 365),
    ),
    "deletion": Purpose(
        _("Deleting what is no longer needed"),
        _("So that nothing is kept of you for longer than its purpose needs it."),
        Basis.DUTY,
        "PIPL 19, 47",
        frozenset({"data_protection_officer"}),
        frozenset(),
        timedelta(days=3 * 365),
    ),
}


def of_role(role: str) -> dict[str, Purpose]:
    """The purposes that a role may look for, in the order of the registry."""
    return {code: purpose for code, purpose in PURPOSES.items() if role in purpose.roles}


def groups_of(purpose: Purpose) -> list[Group]:
    """The groups of fields that a purpose needs, for people to read."""
    return [group for group in GROUPS if group.fields & purpose.fields]
