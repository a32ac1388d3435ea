"""Fields of this app's models that say nothing about a resident, each with the reason.

Every other field must be needed by a purpose (``tests/kapok/access/test_purposes.py``). Primary
keys are opaque everywhere and are not listed.
"""

OPAQUE = "an opaque key of the row that it belongs to"
STAFF = "which member of staff did it"
OF_REALM = "fixed for the whole table; decides who may read"
PLACE_COPY = "a copy of the person's place, so that the policy can hold it"
OF_LIST = "about the list as a whole: its owner, basis and progress"

NOT_PERSONAL = {
    "person.source": "where the row came from, such as the key of a list",
    "person.is_made_up": "marks sample data",
    "person.merged_into": OPAQUE,
    "residence.person": OPAQUE,
    "contact.person": OPAQUE,
    "contact.place": PLACE_COPY,
    "guardian.person": OPAQUE,
    "guardian.place": PLACE_COPY,
    "guardian.realm": OF_REALM,
    "registerentry.person": OPAQUE,
    "registerentry.place": PLACE_COPY,
    "registerentry.realm": OF_REALM,
    "registerentry.added_by": STAFF,
    "consent.person": OPAQUE,
    "consent.place": PLACE_COPY,
    "consent.recorded_by": STAFF,
    "rightsrequest.person": OPAQUE,
    "rightsrequest.place": PLACE_COPY,
    "rightsrequest.answered_by": STAFF,
    "merge.place": PLACE_COPY,
    "merge.kept": OPAQUE,
    "merge.lost": OPAQUE,
    "merge.at": "when two rows were joined",
    "merge.by": STAFF,
    "merge.undone_at": "when the joining was undone",
    "merge.undone_by": STAFF,
    "listrow.person_list": OPAQUE,
    "listrow.place": PLACE_COPY,
    "listrow.number": "the number of the row in its file",
    "listrow.same_as": OPAQUE,
    "listrow.person": OPAQUE,
    "listrow.settled_by": STAFF,
    "personlist.place": OF_LIST,
    "personlist.title": OF_LIST,
    "personlist.owner": OF_LIST,
    "personlist.purpose": OF_LIST,
    "personlist.legal_basis": OF_LIST,
    "personlist.reason": OF_LIST,
    "personlist.emergency": OF_LIST,
    "personlist.expires_at": OF_LIST,
    "personlist.register": OF_LIST,
    "personlist.file_name": OF_LIST,
    "personlist.file_sha256": OF_LIST,
    "personlist.columns": OF_LIST,
    "personlist.status": OF_LIST,
    "personlist.n_rows": OF_LIST,
    "personlist.n_done": OF_LIST,
    "personlist.failure": OF_LIST,
    "personlist.brought_by": STAFF,
    "personlist.brought_as": STAFF,
    "personlist.brought_at": OF_LIST,
    "personlist.taken_by": STAFF,
    "personlist.taken_at": OF_LIST,
}
