"""The words of a version, and the short addresses that lead to it."""

from django.conf import settings

from kapok.outreach import texts
from kapok.outreach.models import NoticeVersion


def link_of(code: str) -> str:
    """The short address of a notice or of one message."""
    return f"{settings.REACH.base}/n/{code}/"


def words_of(version: NoticeVersion, language: str) -> texts.Words:
    """The words of a version in one language."""
    return texts.Words(
        language,
        getattr(version, f"title_{language}"),
        getattr(version, f"body_{language}"),
        getattr(version, f"changed_{language}"),
    )
