"""Columns of matters that hold encrypted values (see :mod:`kapok.access.encrypted`)."""

COLUMNS = {
    "matters.report.contact": "matter contact",
    "matters.attachment.content": "attachment",
    "matters.attachment.thumbnail": "attachment",
    "matters.upload.content": "attachment",
    "matters.upload.thumbnail": "attachment",
    "matters.uploadpart.content": "upload",
}
PLAIN = frozenset(
    {
        "matters.report.phone_index",
        "matters.report.tracking_index",
        "matters.commandentry.digest",
        "matters.upload.token_index",
        "matters.upload.said_digest",
        "matters.upload.digest",
        "matters.attachment.digest",
    }
)
