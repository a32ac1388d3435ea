"""Where imported rows come from."""

from dataclasses import asdict, dataclass
from datetime import datetime

from kapok.places.models import Source


@dataclass(frozen=True)
class Origin:
    """A source as its licence asks it to be shown; ``key`` is kept with every row of it."""

    key: str
    title: str
    licence: str = ""
    attribution: str = ""
    url: str = ""

    def save(self, at: datetime) -> None:
        """Write or renew the source."""
        facts = asdict(self)
        Source.objects.update_or_create(key=facts.pop("key"), defaults=facts | {"loaded_at": at})
