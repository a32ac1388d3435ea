"""Columns of doors that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "doors.apikey.secret": "webhook key",
    "doors.hook.secret": "webhook key",
}
PLAIN = frozenset({"doors.apikey.secret_index"})
