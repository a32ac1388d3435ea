"""Identifiers: UUIDv7, which sort by the time they were made and may be made on any device."""

import uuid
from datetime import UTC, datetime

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new identifier."""
    return uuid_utils.compat.uuid7()


def written_at(key: uuid.UUID) -> datetime:
    """When an identifier of :func:`uuid7` was made, to the millisecond."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)
