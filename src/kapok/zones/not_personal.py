"""Fields of this app's models that say nothing about a person, each with the reason."""

STAFF = "which member of staff did it"
OF_ZONE = "about a zone as a whole: what, where, since when, until when"
OF_PAPER = "about a public decision, not about a person"
OF_TASK = "about what a zone did to a matter: which move, when; never about whom it is"

_OF = {
    "zone": {
        OF_ZONE: "name place kind pack strictness risk picks whole touches shape west "
        "south east north starts_at ends_at lifted_at review_due_at is_tasked looked_at made_at"
    },
    "zonebuilding": {OF_ZONE: "zone building place"},
    "zonereview": {OF_ZONE: "zone place due_at told_at done_at note", STAFF: "done_by done_as"},
    "zonedocument": {
        OF_PAPER: "order_id number issuer issued_on name media_type size digest content"
    },
    "zoneorder": {
        OF_ZONE: "zone what state name place ranges picks shape kind pack risk starts_at "
        "ends_at reason needs_second document undoes before n_moved answer",
        STAFF: "ordered_by ordered_as ordered_role ordered_at handed_at confirmed_by confirmed_as "
        "confirmed_role ended_at",
    },
    "zonetask": {OF_TASK: "zone matter place created did version done_at undone_at kept"},
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
