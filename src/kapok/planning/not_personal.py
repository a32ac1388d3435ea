"""Fields of this app's models that say nothing about a person, each with the reason."""

STAFF = "which member of staff did it"
OF_PLAN = "about the plan as a whole: of what, how far, since when"
OF_SLOT = "about a span of a site: how many people, never who"

_OF = {
    "plan": {
        OF_PLAN: "kind place title state origin made_from version situation_sha256 seed budget "
        "versions language done total beat_at is_to_stop problem result_sha256 is_finished "
        "made_at planned_at put_at holds_until ended_at",
        STAFF: "made_by made_as put_by put_as ended_by",
    },
    "bookingslot": {OF_SLOT: "plan place post starts_at ends_at capacity"},
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
