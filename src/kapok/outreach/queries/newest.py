"""The words of notices as they are now: the newest version, told again or not."""

from collections.abc import Iterable
from uuid import UUID

from kapok.outreach.models import NoticeVersion


def newest(notices: Iterable[UUID]) -> dict[UUID, NoticeVersion]:
    """The newest version of each notice, by its key."""
    found = NoticeVersion.objects.select_related("notice").filter(notice__in=set(notices))
    latest = found.order_by("notice_id", "-number").distinct("notice_id")
    return {version.notice_id: version for version in latest}
