"""The secret address of somebody's calendar of shifts: made, renewed, given up."""

import secrets as random
from datetime import datetime

from django.db import transaction

from kapok.access import secrets
from kapok.access.models import User
from kapok.workforce.models import CalendarKey

N_BYTES = 32  # of randomness: nobody guesses it


@transaction.atomic
def renew_calendar(*, by: User, at: datetime) -> str:
    """A new key for one's own calendar, which is told once; the one before opens nothing."""
    key = random.token_urlsafe(N_BYTES)
    CalendarKey.objects.update_or_create(
        account=by, defaults={"secret_index": index_of(key), "made_at": at}
    )
    return key


@transaction.atomic
def close_calendar(*, by: User, at: datetime) -> None:
    """No address opens one's calendar any more."""
    CalendarKey.objects.filter(account=by).delete()


def index_of(key: str) -> bytes:
    """What is kept of a key; nobody turns it back."""
    return secrets.blind_index(key, about="calendar key")
