"""Fields of this app's models that say nothing about a person, each with the reason."""

OF_AREA = "about an area and its group, not about a person"
OF_NOTICE = "about a public notice, not about a person"
COUNTS = "where a notice is on its way, and counts"
STAFF = "which member of staff did it"
OPAQUE = "the key of a matter, whose own rules say who sees it"
OF_CHANNEL = "about a way out, not about a person"
OF_SENDING = "what became of a message, not to whom it went"

_OF = {
    "group": {OF_AREA: "place level parent made_at ended_at"},
    "representative": {OF_AREA: "place", STAFF: "account made_by ended_by"},
    "notice": {
        OF_NOTICE: "code place level topic audience urgent override_reason answer_kind "
        "per_hour way last_day state made_at sent_at ended_at ended_why",
        STAFF: "made_by sent_by ended_by",
    },
    "noticeversion": {
        OF_NOTICE: "notice number title_zh title_en body_zh body_en changed_zh changed_en "
        "signed_at told_at stopped_at n_messages",
        STAFF: "signed_by signed_role",
    },
    "passing": {
        COUNTS: "version group place level came_at passed_at passed_in "
        "n_stairwells_waiting local_zh local_en hung_at spoken_at "
        "queued_at n_households n_without_phone n_messages n_read n_read_without_phone",
        STAFF: "passed_by hung_by spoken_by",
    },
    "noticeanswer": {COUNTS: "notice place at", OPAQUE: "matter"},
    "channel": {
        OF_CHANNEL: "kind name place level group secret per_second price_milli made_at stopped_at "
        "switched_at last_ok_at down_since retry_at n_failed last_answer",
        STAFF: "made_by switched_by",
    },
    "message": {
        OF_SENDING: "version place channel is_chat urgent code state due_at lease_until n_tries "
        "n_parts cost_milli provider_id sent_at ended_at answer"
    },
    "posted": {OF_SENDING: "channel at"},
    "receipt": {COUNTS: "version place", STAFF: "noted_by"},
}
NOT_PERSONAL = {
    f"{model}.{field}": reason
    for model, reasons in _OF.items()
    for reason, fields in reasons.items()
    for field in fields.split()
}
