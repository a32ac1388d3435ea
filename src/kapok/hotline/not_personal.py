"""Fields of this app's models that say nothing about a person, each with the reason."""

PUBLIC = "hangs on the wall for everybody to read"
OF_QUEUE = "when and where a call was, not who called or why"
OF_WORK = "that a call is owed, not to whom or about what"
COPIED = "where it belongs, so that the policy can hold it"
STAFF = "which member of staff did it"
OPAQUE = "an opaque key"

_OF = {
    "line": {
        PUBLIC: "place level kind name_zh name_en number dialled hours least_seats overflow_s "
        "made_at retired_at"
    },
    "seat": {COPIED: "line place", STAFF: "account"},
    "call": {
        OF_QUEUE: "line place way source provider_id key state rang_at district_at city_at "
        "answered_at ended_at closed_at offered_line offered_at screen_due_at screened_at outcome",
        STAFF: "operator offered_to",
    },
    "need": {OPAQUE: "call"},
    "riskscreen": {OPAQUE: "call", COPIED: "place pack", STAFF: "by"},
    "callevent": {OF_QUEUE: "call what line at", STAFF: "by to"},
    "callback": {
        OF_WORK: "call line place why step is_urgent due_at state n_tries next_at taken_at answer "
        "made_at ended_at ended_why",
        STAFF: "taken_by",
    },
    "supervision": {
        OF_WORK: "call place asked_for due_at held_at made_at",
        STAFF: "account held_by",
    },
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
