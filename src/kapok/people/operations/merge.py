"""Two rows are one person: make them one, and for thirty days undo it.

What hangs on the row that is given up goes to the one that is kept, which also learns what it did
not know. Undoing gives everything back that is still as merging left it; what was changed since
stays changed.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.people.models import Household, Merge, Person, Sex
from kapok.people.operations import facts, locking
from kapok.people.operations.moves import end_empty_households

UNDOABLE = timedelta(days=30)
ABOUT = "merge"
LEARNED = ("sex", "birth_date", "nationality", "languages", "needs")
PAPERS = ("identity_kind", "identity", "identity_index")


@transaction.atomic
def merge_people(*, kept_id: UUID, lost_id: UUID, by: User | None, at: datetime) -> Merge:
    """Make two people one. Refused where their papers say that they are two."""
    if kept_id == lost_id:
        raise Refused(_("These are the same row already. Choose another person."))
    people = {each.pk: each for each in locking.people([kept_id, lost_id])}
    kept, lost = people[kept_id], people[lost_id]
    _refuse_two(kept, lost)
    before: dict[str, Any] = {"was": _learn(kept, lost), "left": []}
    lost.merged_into, lost.left_at = kept, at
    lost.save(update_fields=["merged_into", "left_at"])
    kept.save(update_fields=[*LEARNED, *PAPERS])
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_hand_on(%s, %s)", [lost.pk, kept.pk])
        [gone] = cursor.fetchone()
    before["gone"] = json.loads(gone) if isinstance(gone, str) else gone
    if lost.household_id:
        end_empty_households({lost.household_id}, at)
    made = Merge.objects.create(
        place=kept.place,
        kept=kept,
        lost=lost,
        before=secrets.encrypt(json.dumps(before), about=ABOUT),
        at=at,
        by=by,
    )
    locking.changed(kept, lost.pk)
    return made


@transaction.atomic
def undo_merge(*, merge_id: UUID, by: User | None, at: datetime) -> Merge:
    """The two are two again. Refused after thirty days, and where it was undone already."""
    scope.require(Permission.PERSON_EDIT)
    merge = Merge.objects.filter(pk=merge_id).first()
    if merge is None:
        raise Http404
    both = locking.people([merge.kept_id, merge.lost_id], gone_too=True)
    people = {each.pk: each for each in both}
    kept, lost = people[merge.kept_id], people[merge.lost_id]
    merge.refresh_from_db()
    if merge.undone_at or lost.merged_into_id != kept.pk:
        raise Refused(_("This was undone already."))
    if merge.before is None or at - merge.at > UNDOABLE:
        raise Refused(
            _("After thirty days this cannot be undone: what it needs has been deleted by then.")
        )
    before = json.loads(secrets.decrypt(bytes(merge.before), about=ABOUT))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT people_hand_back(%s, %s, %s::jsonb)",
            [kept.pk, lost.pk, json.dumps(before["gone"])],
        )
    _unlearn(kept, before["was"])
    kept.save(update_fields=[*LEARNED, *PAPERS])
    lost.merged_into, lost.left_at = None, None
    try:
        with transaction.atomic():
            lost.save(update_fields=["merged_into", "left_at"])
    except IntegrityError:
        raise facts.known_already() from None
    if lost.household_id:
        Household.objects.filter(pk=lost.household_id).update(ended_at=None)
    merge.before, merge.undone_at, merge.undone_by = None, at, by
    merge.save(update_fields=["before", "undone_at", "undone_by"])
    locking.changed(kept, lost.pk)
    return merge


def _refuse_two(kept: Person, lost: Person) -> None:
    """Refuse where what is written down speaks against one person."""
    if (
        kept.identity_kind == lost.identity_kind
        and kept.identity_index
        and lost.identity_index
        and bytes(kept.identity_index) != bytes(lost.identity_index)
    ):
        raise Refused(
            _("Their identity numbers differ, so they are two people. Correct a wrong one first.")
        )
    if kept.birth_date and lost.birth_date and kept.birth_date != lost.birth_date:
        raise Refused(
            _("Their birth dates differ. If it is one person, correct the wrong date first.")
        )
    if Sex.UNKNOWN not in (kept.sex, lost.sex) and kept.sex != lost.sex:
        raise Refused(_("One is a man and one a woman. If it is one person, correct one first."))


def _learn(kept: Person, lost: Person) -> dict[str, list[Any]]:
    """Let the kept row take what it does not know; former and new values, by field."""
    was = {name: _plain(getattr(kept, name)) for name in (*LEARNED, *PAPERS)}
    if kept.sex == Sex.UNKNOWN:
        kept.sex = lost.sex
    kept.birth_date = kept.birth_date or lost.birth_date
    kept.nationality = kept.nationality or lost.nationality
    kept.languages = list(dict.fromkeys([*kept.languages, *lost.languages]))
    kept.needs = list(dict.fromkeys([*kept.needs, *lost.needs]))
    if not kept.identity_index and lost.identity_index:
        for name in PAPERS:
            setattr(kept, name, getattr(lost, name))
    return {
        name: [was[name], _plain(getattr(kept, name))]
        for name in was
        if was[name] != _plain(getattr(kept, name))
    }


def _unlearn(kept: Person, was: dict[str, list[Any]]) -> None:
    """Give back the former value of each field that is still as merging left it."""
    for name, (former, learned) in was.items():
        if _plain(getattr(kept, name)) == learned:
            setattr(kept, name, _typed(name, former))


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, date) else value


def _typed(name: str, value: Any) -> Any:
    """The value of a field again."""
    if value is not None and name in {"identity", "identity_index"}:
        return bytes.fromhex(value)
    return date.fromisoformat(value) if value and name == "birth_date" else value
