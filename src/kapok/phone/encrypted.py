"""Columns of phones that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {"phone.heldcommand.content": "held command"}
PLAIN = frozenset({"phone.device.public_key"})
