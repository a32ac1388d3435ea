"""Fields of this app's models that say nothing about a person, each with the reason."""

OF_PROGRAM = "about a program, not a person"
STAFF = "which member of staff did it"
WHEN_WRITTEN = "when the row was written or ended"
NO_VALUES = "keys, kind, state and place of a matter, no words"

_OF = {
    "apikey": {
        OF_PROGRAM: "name uses place hi secret_index secret",
        STAFF: "made_by revoked_by",
        WHEN_WRITTEN: "made_at revoked_at",
    },
    "hook": {
        OF_PROGRAM: "name url secret place hi moves n_failed stopped_why",
        STAFF: "made_by",
        WHEN_WRITTEN: "made_at stopped_at",
    },
    "delivery": {
        OF_PROGRAM: "hook state n_tries last_answer",
        NO_VALUES: "body",
        WHEN_WRITTEN: "made_at last_at",
    },
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
