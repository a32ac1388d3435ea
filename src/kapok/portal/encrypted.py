"""Columns of the portal that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "portal.selfreport.phone": "phone",
    "portal.selfreport.home": "home",
    "portal.selfreport.answers": "self-report",
    "portal.booking.phone": "phone",
    "portal.mandate.phone": "phone",
    "portal.mandate.home": "home",
    "portal.mandate.given_by": "name",
    "portal.mandate.helper": "name",
}
PLAIN = frozenset(
    {
        "portal.selfreport.phone_index",
        "portal.selfreport.home_index",
        "portal.booking.phone_index",
        "portal.booking.code_index",
        "portal.mandate.phone_index",
        "portal.mandate.home_index",
    }
)
