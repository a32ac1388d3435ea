"""The decision behind an order, for who sees the order; that it was opened is in the trace."""

from uuid import UUID

from kapok.access import secrets
from kapok.access.models import Look
from kapok.access.trace import look
from kapok.matters.queries.files import ENDINGS, FileContent
from kapok.zones.models import ZoneDocument
from kapok.zones.queries import lists

ABOUT = "attachment"


def content_of(order_id: UUID) -> FileContent | None:
    """The paper of an order, decrypted; ``None`` where it is not seen, or has none."""
    order = lists.one(order_id)
    if order is None or order.document_id is None:
        return None
    row = ZoneDocument.objects.filter(pk=order.document_id).first()
    if row is None:
        return None
    look(Look.Action.OPEN, [row.pk], place=order.place)
    return FileContent(
        f"zone-{str(order.pk)[-6:]}.{ENDINGS.get(row.media_type, 'bin')}",
        row.media_type,
        secrets.decrypt_bytes(bytes(row.content), about=ABOUT),
    )
