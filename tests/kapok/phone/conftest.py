"""A phone in Python, and the street of the matters' tests."""

from tests.kapok.matters.conftest import _english, send, town  # noqa: F401
