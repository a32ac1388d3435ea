"""Fields of this app's models that say nothing about a person, each with the reason."""

PUBLIC = "hangs on the wall for everybody to read"
OPAQUE = "an opaque key"
WHEN_WRITTEN = "when the row was written or ended"
COPIED = "where it belongs, so that the policy can hold it"
OF_RULES = "which rules asked"
OF_SITE = "about the site, not about who comes"

_OF = {
    "doorway": {PUBLIC: "code place building stairwell made_at retired_at"},
    "publicphone": {PUBLIC: "place label_zh label_en number hours order made_at"},
    "mandate": {COPIED: "place realm", WHEN_WRITTEN: "made_at ended_at ended_as"},
    "deed": {OPAQUE: "mandate subject", COPIED: "place realm"},
    "selfreport": {
        OPAQUE: "key matter mandate",
        COPIED: "realm",
        OF_RULES: "pack",
    },
    "booking": {
        OPAQUE: "slot mandate",
        COPIED: "place realm",
        OF_SITE: "seat capacity post is_called_off",
        WHEN_WRITTEN: "made_at cancelled_at",
    },
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
