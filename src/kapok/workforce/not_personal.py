"""Fields of this app's models that say nothing about a person, each with the reason."""

OPAQUE = "an opaque key of the row that it belongs to"
STAFF = "which member of staff did it"
WHERE = "where the work is, or which area keeps the row"
OF_TEAM = "about the team as a whole"
OF_POST = "about the post as a whole"
OF_TEXT = "about the text as a whole"
OF_LIST = "about the list as a whole: its file and progress"
WHEN_WRITTEN = "when the row was written"

NOT_PERSONAL = {
    "worker.account": OPAQUE,
    "worker.place": WHERE,
    "worker.made_by": STAFF,
    "worker.made_at": WHEN_WRITTEN,
    "team.name": OF_TEAM,
    "team.kind": OF_TEAM,
    "team.place": WHERE,
    "team.level": WHERE,
    "team.mix": OF_TEAM,
    "team.quorum": OF_TEAM,
    "team.made_by": STAFF,
    "team.made_at": WHEN_WRITTEN,
    "team.ended_at": OF_TEAM,
    "briefing.title": OF_TEXT,
    "briefing.version": OF_TEXT,
    "briefing.text": OF_TEXT,
    "briefing.place": WHERE,
    "briefing.made_by": STAFF,
    "briefing.made_at": WHEN_WRITTEN,
    "briefingread.briefing": OPAQUE,
    "briefingread.account": OPAQUE,
    "briefingread.place": WHERE,
    "post.place": WHERE,
    "post.name": OF_POST,
    "post.risk": OF_POST,
    "post.adults_only": OF_POST,
    "post.briefing": OPAQUE,
    "post.renews_daily": OF_POST,
    "post.poster": OF_POST,
    "post.made_by": STAFF,
    "post.made_at": WHEN_WRITTEN,
    "post.closed_at": OF_POST,
    "call.post": OPAQUE,
    "call.place": WHERE,
    "call.account": OPAQUE,
    "call.asked_by": STAFF,
    "call.asked_at": WHEN_WRITTEN,
    "call.answered_at": WHEN_WRITTEN,
    "hoursentry.post": OPAQUE,
    "hoursentry.place": WHERE,
    "hoursentry.account": OPAQUE,
    "hoursentry.is_unplanned": "how the entry came about",
    "hoursentry.status": "where the entry stands",
    "hoursentry.corrected_by": STAFF,
    "hoursentry.decided_by": STAFF,
    "hoursentry.decided_at": WHEN_WRITTEN,
    "workerlist.place": WHERE,
    "workerlist.level": WHERE,
    "workerlist.file_name": OF_LIST,
    "workerlist.n_rows": OF_LIST,
    "workerlist.status": OF_LIST,
    "workerlist.made_by": STAFF,
    "workerlist.made_at": WHEN_WRITTEN,
    "workerlist.closed_at": OF_LIST,
}
