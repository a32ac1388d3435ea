"""How long the online home keeps what residents said."""

from django.utils.translation import gettext_lazy as _

from kapok.access.purposes import PURPOSES
from kapok.access.retention import old_rows
from kapok.portal.models import Booking, Mandate, SelfReport

RULES = [
    old_rows(
        "self_reports",
        _("What households reported of their health, after they did"),
        SelfReport,
        "made_at",
        PURPOSES["self_report"].retention,
        purpose="self_report",
    ),
    old_rows(
        "bookings",
        _("Appointments, after they were over"),
        Booking,
        "ends_at",
        PURPOSES["booking"].retention,
        purpose="booking",
    ),
    old_rows(
        "mandates",
        _("Consents to be acted for, with what was done, after they ended"),
        Mandate,
        "ends_at",
        PURPOSES["acting_for"].retention,
        purpose="acting_for",
    ),
]
