"""Where imported rows come from."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import connection

from kapok.places.models import Source


@dataclass(frozen=True)
class Origin:
    """A source as its licence asks it to be shown; ``key`` is kept with every row of it."""

    key: str
    title: str
    licence: str = ""
    attribution: str = ""
    url: str = ""

    def lock(self) -> None:
        """Hold up other imports of this source until the transaction ends.

        Taken before any community: rows of a source belong to no community until they are there.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [self.key])

    def save(self, at: datetime) -> None:
        """Write or renew the source."""
        facts = asdict(self)
        Source.objects.update_or_create(key=facts.pop("key"), defaults=facts | {"loaded_at": at})
