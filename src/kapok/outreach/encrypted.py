"""Columns of outreach that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {"outreach.channel.secret": "channel"}
PLAIN = frozenset({"outreach.message.address_index", "outreach.optout.address_index"})
