"""The fields of personal data, in groups that are always needed together.

A field is named ``model.field`` in lower case, by the models' true names. What each group may be
used for is said in :mod:`kapok.access.purposes`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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
