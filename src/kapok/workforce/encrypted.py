"""Columns about workers that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "workforce.worker.phone": "worker phone",
    "workforce.workerlist.rows": "worker list",
}
PLAIN = frozenset({"workforce.calendarkey.secret_index"})
