"""One thing of each kind inside somebody's places, and one outside, for the walk everywhere."""

from typing import Any
from uuid import UUID

from tests import factories
from tests.factories import NOON
from tests.kapok.web.examples_of_matters import a_draft, of_matters
from tests.kapok.web.examples_of_people import of_people, of_workforce

from kapok.codes import Level
from kapok.doors import models as doors
from kapok.hotline import models as hotline
from kapok.outreach import models as outreach
from kapok.planning import models as planning
from kapok.planning.planners import planner_of
from kapok.portal import models as portal

# What is asked of doors and of the phone's application is the same everywhere.
ASKED = {
    "planner": "hotline",
    "part": "situation",
    "form": "json",
    "kind": "lamp",
    "number": 1,
    "language": "en",
    "worker": "qr",
    "category": "lamp",
}
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
    workforce = of_workforce(code)
    factories.DrawnGrid(drawing=drawing, community=code)
    return (
        {
            "code": code,
            "building_id": building.pk,
            "grid_id": drawn.pk,
            "drawing_id": drawing.pk,
            "at": NOON,
        }
        | workforce
        | of_people(code, building)
        | {"pack_id": a_draft(code)}
        | of_matters(code, building)
        | _of_programs(code)
        | _of_plans(code)
        | _of_homes(code)
        | _of_notices(code, building)
        | _of_hotline(code)
        | _of_what_follows_calls(code)
    )


def _of_notices(code: int, building: Any) -> dict[str, Any]:
    """A notice that was sent to one group, with its message, a channel and a representative."""
    of = {"place": code, "level": Level.COMMUNITY}
    with factories.as_owner_of_rows():
        group = outreach.Group.objects.create(made_at=NOON, **of)
        notice = outreach.Notice.objects.create(
            code=str(code)[-12:-6], topic="ADVICE", audience="EVERYONE", state="SENT", sent_at=NOON,
            made_by=factories.User(), made_at=NOON, **of,
        )  # fmt: skip
        version = outreach.NoticeVersion.objects.create(
            notice=notice, number=1, title_zh="停水", title_en="Water", body_zh="停水。",
            body_en="No water.", signed_by=notice.made_by, signed_role="community_lead",
            signed_at=NOON, told_at=NOON,
        )  # fmt: skip
        passing = outreach.Passing.objects.create(version=version, group=group, came_at=NOON, **of)
        channel = outreach.Channel.objects.create(
            kind="SMPP", name="短信", secret=b"", per_second=1, made_at=NOON, **of
        )
        message = outreach.Message.objects.create(
            version=version, place=code, language="zh", address_index=str(code).encode(),
            code=f"m{str(code)[-7:]}", state="FAILED", due_at=NOON,
        )  # fmt: skip
        standing = outreach.Representative.objects.create(
            building=building, place=building.place, account=factories.User(), agreed_at=NOON
        )
    return {
        "notice_id": notice.pk,
        "version_id": version.pk,
        "passing_id": passing.pk,
        "channel_id": channel.pk,
        "message_id": message.pk,
        "representative_id": standing.pk,
        "level": "community",
    }


def _of_hotline(code: int) -> dict[str, Any]:
    """Somebody who sits at a line, and a call that they talk in."""
    with factories.as_owner_of_rows():
        line = hotline.Line.objects.create(
            place=code, level=Level.STREET, name_zh="热线", number=str(code), dialled=f"+{code}",
            made_at=NOON,
        )  # fmt: skip
        seat = hotline.Seat.objects.create(
            line=line, place=code, account=factories.User(), state_since=NOON, phones_since=NOON,
            sat_at=NOON,
        )  # fmt: skip
        call = hotline.Call.objects.create(
            line=line, place=code, source="HAND", state="TALKING", rang_at=NOON, answered_at=NOON,
            operator=seat.account,
        )  # fmt: skip
    return {"seat_id": seat.pk, "phone_call": call.pk}


def _of_what_follows_calls(code: int) -> dict[str, Any]:
    """A line, and a call of it to which a call-back and a talk are owed."""
    with factories.as_owner_of_rows():
        line = hotline.Line.objects.create(
            place=code, level=Level.STREET, name_zh="热线", number="1", dialled=f"+9{code}",
            made_at=NOON,
        )  # fmt: skip
        call = hotline.Call.objects.create(
            line=line, place=code, source="HAND", state="MISSED", rang_at=NOON, ended_at=NOON
        )
        back = hotline.CallBack.objects.create(
            call=call, line=line, place=code, why="MISSED", due_at=NOON, next_at=NOON, made_at=NOON
        )
        talk = hotline.Supervision.objects.create(
            call=call, place=code, account=factories.User(), due_at=NOON, made_at=NOON
        )
    return {"line_id": line.pk, "back_id": back.pk, "supervision_id": talk.pk}


def _of_plans(code: int) -> dict[str, Any]:
    """A plan whose situation nobody has set yet."""
    with factories.as_owner_of_rows():
        plan = planning.Plan.objects.create(
            kind="hotline",
            place=code,
            title="热线",
            situation=planner_of("hotline").begin(),
            situation_sha256="0" * 64,
            made_at=NOON,
        )
    return {"plan_id": plan.pk}


def _of_homes(code: int) -> dict[str, Any]:
    """The short address of a community, a telephone on its page, and a helper of nobody."""
    with factories.as_owner_of_rows():
        door = portal.Doorway.objects.create(
            code=f"c{code // 1000 % 10**6}", place=code, made_at=NOON
        )
        phone = portal.PublicPhone.objects.create(
            place=code, label_zh="值班", number="12345", made_at=NOON
        )
    nothing = dict.fromkeys(("said", "slot", "booking", "mandate"), UUID(int=7))
    return {"door": door.code, "phone": phone.pk, "need": "food"} | nothing


def _of_programs(code: int) -> dict[str, Any]:
    """A key and a webhook of a program."""
    of = {"place": code, "hi": code + 1000, "made_at": NOON}
    with factories.as_owner_of_rows():
        key = doors.ApiKey.objects.create(
            name="报修", uses=["REPORT"], secret_index=str(code).encode(), **of
        )
        hook = doors.Hook.objects.create(
            name="平台", url="https://example.org/", secret=b"", moves=[], **of
        )
    return {"api_key": key.pk, "hook": hook.pk, "place": code} | ASKED
