"""Columns of the hotline that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "hotline.callrecord.phone": "phone",
    "hotline.callrecord.caller": "name",
    "hotline.callrecord.address": "home",
    "hotline.callrecord.notes": "call",
    "hotline.callrecord.yes_no": "call",
    "hotline.riskscreen.answers": "risk",
    "hotline.supervision.next_steps": "supervision",
}
PLAIN = frozenset({"hotline.callrecord.phone_index"})
