"""Sessions as Django keeps them in the database, found with SQL that is built once."""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from kapok.access.prepared import Prepared

_IN_FORCE = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now)[:1]
)


class SessionStore(db.SessionStore):
    """The store of a session."""

    def _get_session_from_db(self) -> Any:
        """The row of a session that has not run out; without one the key is no longer good."""
        found = _IN_FORCE.first(self.session_key or "", timezone.now())
        if found is None:
            self._session_key = None
        return found
