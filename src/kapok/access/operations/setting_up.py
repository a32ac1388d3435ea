"""New accounts without a password, several at once; their holders choose one by a link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused


@dataclass(frozen=True)
class NewAccount:
    """An account that somebody wants to make for a person."""

    username: str
    name: str


def why_no_username(username: str) -> str:
    """What stands against a name of an account, as a sentence; blank where nothing does."""
    try:
        User(username=username, password="!").clean_fields(exclude=["date_joined"])
    except ValidationError as error:
        said = " ".join(str(each) for each in error.messages)
        return _("“%(name)s” cannot be the name of an account: %(why)s") % {
            "name": username,
            "why": said,
        }
    return ""


@transaction.atomic
def make_accounts(*, wanted: Iterable[NewAccount]) -> list[User]:
    """Make accounts that cannot sign in before their holder has used their set-up link.

    For whoever may give appointments. Raises :class:`~kapok.errors.Refused` for a name that is
    taken or cannot be one.
    """
    scope.require(Permission.APPOINTMENT_GIVE)
    new = list(wanted)
    for one in new:
        why = why_no_username(one.username)
        if why:
            raise Refused(why)
    _refuse_taken([one.username for one in new])
    users = [
        User(username=one.username, name=one.name, password=make_password(None)) for one in new
    ]
    try:
        with transaction.atomic():
            return User.objects.bulk_create(users)
    except IntegrityError as error:
        raise Refused(_("One of these account names was just taken. Look again.")) from error


def accounts_named(usernames: Iterable[str]) -> dict[str, User]:
    """Accounts by their names in small letters, whatever letters were typed."""
    wanted = [name.lower() for name in usernames]
    rows = User.objects.extra(  # constant text
        where=["lower(username) = ANY (%s)"], params=[wanted]
    )
    return {row.username.lower(): row for row in rows}


def _refuse_taken(names: Sequence[str]) -> None:
    taken = accounts_named(names)
    if taken:
        raise Refused(
            _("The account name “%(name)s” is taken. Choose another one.")
            % {"name": next(iter(taken.values())).username}
        )
    folded = [name.lower() for name in names]
    if len(set(folded)) != len(folded):
        raise Refused(_("Two new accounts have the same name. Choose different ones."))
