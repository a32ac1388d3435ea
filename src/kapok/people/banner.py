"""A line on every page, where people of the town are made up: nobody may take them for real."""

from django.db import DatabaseError, connection
from django.http import HttpRequest

from kapok.places.models import Source

SOURCE = "made-up-people"  # Source.key, written together with them


class MadeUp:
    """Asked when a template looks at it, so that pages without the line cost nothing."""

    def __bool__(self) -> bool:
        if connection.in_atomic_block and connection.needs_rollback:
            return False  # a page that says what went wrong
        try:
            return Source.objects.filter(key=SOURCE, made_up=True).exists()
        except DatabaseError:
            return False


def made_up_people(request: HttpRequest) -> dict[str, MadeUp]:
    """Context processor: whether made-up people live here."""
    return {"made_up_people": MadeUp()}
