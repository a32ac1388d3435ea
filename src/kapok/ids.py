"""Identifiers: UUIDv7, which sort by the time they were made and may be made on any device."""

import uuid

import uuid_utils.compat


def uuid7() -> uuid.UUID:
    """A new identifier."""
    return uuid_utils.compat.uuid7()
