"""Jobs about people. They carry keys and the pass of whoever asked, never values."""

from uuid import UUID

from kapok.access.jobs import Pass, app
from kapok.errors import NotAllowed, Refused
from kapok.people.operations import lists


@app.task(name="people.check_list")
def check_list(list_id: str, **carried: str) -> None:
    """Check a list; where that is refused, the list says why."""
    enter = Pass(**carried).enter
    try:
        lists.check_list(list_id=UUID(list_id), enter=enter)
    except (Refused, NotAllowed) as error:
        lists.fail_check(list_id=UUID(list_id), error=error, enter=enter)


def leave_check(list_id: UUID, *, purpose: str) -> None:
    """Leave a check to be done, in the transaction of whoever asks for it."""
    check_list.defer(list_id=str(list_id), **Pass.of_current(purpose=purpose).carried())
