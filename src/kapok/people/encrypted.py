"""Columns about people that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "people.person.identity": "identity",
    "people.contact.value": "phone",
    "people.listrow.values": "listrow",
    "people.personlist.file": "list",
    "people.merge.before": "merge",
}
PLAIN = frozenset(
    {
        "people.person.identity_index",
        "people.contact.value_index",
        "people.contact.tail_index",
    }
)
