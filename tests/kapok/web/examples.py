"""One thing of each kind inside somebody's places, and one outside, for the walk everywhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests import factories
from tests.factories import NOON

from kapok.access import secrets
from kapok.codes import Level
from kapok.workforce import models as workforce
from kapok.workforce import posters

# Of accounts there is nothing that is somebody else's: these lead nowhere.
ACCOUNTS = {"provider_id": "oidc-0", "uidb36": "7", "key": "no-key", "pk": 7, "session_id": 7}
# What an overseer settles is looked for by its key; none has this one.
OVERSEEN = dict.fromkeys(("alarm_id", "emergency_id", "request_id"), UUID(int=7))
HERE, THERE = 440103022001000, 440305001001000


def make() -> tuple[dict[str, Any], dict[str, Any]]:
    """Values for the arguments of addresses, here and there."""
    with factories.as_box():
        factories.Province()
        both = [_of_place(code) for code in (HERE, THERE)]
    return both[0], both[1]


def _of_place(code: int) -> dict[str, Any]:
    community = factories.Community(code=code)
    grid = factories.Community(code=code + 1, level=Level.GRID, parent=community)
    building = factories.Building(place=grid.code)
    version = factories.GridVersion(community=code, drawing__place=code)
    drawn = factories.DrawnGrid(drawing=version.drawing, community=code, code=grid.code)
    drawing = factories.Drawing(place=code)
    workforce = _of_workforce(code)
    factories.DrawnGrid(drawing=drawing, community=code)
    return {
        "code": code,
        "building_id": building.pk,
        "grid_id": drawn.pk,
        "drawing_id": drawing.pk,
        "at": NOON,
    } | workforce


def _of_workforce(code: int) -> dict[str, Any]:
    """A worker with an appointment, a team, a post, a call, hours that wait, a list."""
    account = factories.User()
    held = factories.Appointment(account=account, place=code + 1)
    with factories.as_owner_of_rows():
        of = {"place": code, "made_at": NOON}
        workforce.Worker.objects.create(account=account, kind="FULL_TIME", **of)
        team = workforce.Team.objects.create(
            name="一组", kind="gate", level=Level.COMMUNITY, mix={}, quorum={}, **of
        )
        post = workforce.Post.objects.create(name="东门", **of)
        there = {"post": post, "place": code, "account": account}
        call = workforce.Call.objects.create(
            starts_at=NOON, ends_at=NOON + timedelta(hours=1), asked_at=NOON, **there
        )
        entry = workforce.HoursEntry.objects.create(arrived_at=NOON, **there)
        rows = secrets.encrypt("[]", about="worker list")
        brought = workforce.WorkerList.objects.create(
            level=Level.COMMUNITY, file_name="名单.csv", rows=rows, n_rows=0, **of
        )
    return (
        {
            "account_id": account.pk,
            "appointment_id": held.pk,
            "team_id": team.pk,
            "post_id": post.pk,
            "call_id": call.pk,
            "entry_id": entry.pk,
            "list_id": brought.pk,
            "token": posters.token(post.pk, 1, None),
        }
        | ACCOUNTS
        | OVERSEEN
    )
