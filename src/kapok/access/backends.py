"""Who may be signed in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from kapok.access.models import User
from kapok.access.prepared import Prepared
from kapok.access.second_factor import is_shut_out

_ACCOUNT = Prepared(lambda account: User.objects.filter(pk=account)[:1])


class Accounts(AuthenticationBackend):
    """Accounts by name and password. A session of one that is shut out is nobody's.

    At sign-in the password is looked at first, so that the form can say why it opens nothing.
    """

    def get_user(self, user_id: Any) -> Any:
        """The account of a session, or ``None``."""
        user = _ACCOUNT.first(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        return None if is_shut_out(user) else user
