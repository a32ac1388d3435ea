"""Fields of this app's models that say nothing about a person, each with the reason."""

OPAQUE = "an opaque key"
STAFF = "which member of staff did it"
WHERE = "where it is, which a matter needs whoever it is about"
OF_MATTER = "about the matter as a whole: what kind, how urgent, how far"
OF_CLOCK = "about a clock"
OF_UNIT = "about a unit as a whole"
OF_DESK = "about a desk and what it does: which matters, how many, when, why"
OF_FILE = "about a file, not what it shows"
WHEN_WRITTEN = "when the row was written, or what it answered for"

_OF = {
    "matter": {
        OF_MATTER: "number kind pack realm desk door state urgency parent duplicate_of zone "
        "received_at state_since closed_at outcome hold_until held_from n_returned n_reopened "
        "satisfaction due_at late_at accepted_at nameless_at steps version state_version "
        "changed_in",
        WHERE: "place building lon lat",
        OPAQUE: "subject reported_by",
        STAFF: "unit assignee state_by finished_by",
    },
    "report": {
        OPAQUE: "matter reported_by",
        WHEN_WRITTEN: "received_at",
        OF_MATTER: "door is_hidden",
    },
    "matterclock": {
        OPAQUE: "matter",
        OF_CLOCK: "code state started_at base_at base_percent allowance fired n_extensions run "
        "due_at next_at",
    },
    "firing": {OPAQUE: "matter clock", OF_CLOCK: "run level does at"},
    "matterevent": {
        OPAQUE: "matter pack device",
        OF_MATTER: "move before after version at received_at",
        STAFF: "account appointment role unit",
    },
    "commandentry": {OPAQUE: "account", WHEN_WRITTEN: "digest received_at status answer"},
    "upload": {
        OPAQUE: "account token_index",
        OF_FILE: "name kind size said_digest state received made_at refusal media_type digest "
        "clean_size",
    },
    "uploadpart": {OPAQUE: "upload", OF_FILE: "start"},
    "awaitedfile": {OPAQUE: "file account matter event", WHEN_WRITTEN: "since"},
    "attachment": {
        OPAQUE: "matter event",
        OF_FILE: "kind media_type size digest",
        STAFF: "made_by",
        WHEN_WRITTEN: "made_at",
    },
    "unit": {OF_UNIT: "name kind place lon lat skills parent is_sent_alone made_at ended_at"},
    "servicearea": {OF_UNIT: "unit kind lo hi rank"},
    "unitstate": {OF_UNIT: "place status matter since free_at off_at lon lat seen_at"},
    "tasking": {
        OPAQUE: "matter",
        STAFF: "unit account given_by",
        OF_UNIT: "alone starts_at arrived_at ended_at eta distance_m",
    },
    "savedfilter": {
        STAFF: "account",
        OF_DESK: "name query made_at",
    },
    "handover": {
        STAFF: "given_by given_as",
        OF_DESK: "place level given_at figures lines",
    },
    "handovertaken": {
        STAFF: "given_by taken_by taken_as",
        OF_DESK: "place taken_at",
    },
    "reporterlook": {
        OPAQUE: "report",
        STAFF: "account role",
        OF_DESK: "place reason at",
    },
    "likeness": {OPAQUE: "matter other", OF_MATTER: "likeness found_at verdict", STAFF: "said_by"},
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
