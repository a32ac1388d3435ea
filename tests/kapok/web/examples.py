"""One thing of each kind inside somebody's places, and one outside, for the walk everywhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from tests import factories
from tests.factories import NOON
from tests.kapok.packs.small_pack import small_pack

from kapok.access import secrets
from kapok.access.models import BreakGlass
from kapok.codes import Level
from kapok.doors import models as doors
from kapok.hotline import models as hotline
from kapok.ids import uuid7
from kapok.matters import models as matters
from kapok.outreach import models as outreach
from kapok.packs import operations
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody
from kapok.people import models as people
from kapok.planning import models as planning
from kapok.planning.planners import planner_of
from kapok.portal import models as portal
from kapok.workforce import models as workforce
from kapok.workforce import posters
from kapok.zones import models as zones

# Of accounts there is nothing that is somebody else's: these lead nowhere.
ACCOUNTS = {
    "provider_id": "oidc-0",
    "uidb36": "7",
    "key": "no-key",
    "pk": 7,
    "session_id": 7,
    "device": UUID(int=7),
}
# What an overseer settles is looked for by its key; none has this one.
OVERSEEN = dict.fromkeys(("alarm_id", "emergency_id", "request_id"), UUID(int=7))
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
LAMP = {"zh": "路灯", "en": "lamp"}
PACK = {
    "code": "walk",
    "title": LAMP,
    "jurisdiction": 110000000000000,
    "valid_from": "2021-01-01",
    "sources": {"ours": {"text": "ours", "grade": "D"}},
    "calendar": {
        "zone": "Asia/Shanghai",
        "hours": [{"starts": "09:00", "ends": "18:00"}],
        "source": "ours",
    },
    "kinds": [
        {
            "code": "lamp",
            "realm": "SERVICE",
            "label": LAMP,
            "description": LAMP,
            "category": "test",
            "doors": ["PHONE"],
            "route": [{"to": "COMMUNITY"}],
            "outcomes": [{"code": "settled", "label": LAMP}],
            "source": "ours",
        }
    ],
    "zone_kinds": [
        {
            "code": "closed",
            "label": LAMP,
            "rules": [LAMP],
            "colour": "#b3261e",
            "strictness": 9,
            "review_after": {"hours": 24},
            "max": {"days": 14},
            "exits": [{"code": "medical", "label": LAMP, "always_open": True}],
            "source": "ours",
        }
    ],
    "hotline": {
        "categories": [{"code": "lamp", "label": LAMP, "kind": "lamp"}],
        "questions": [{"code": "now", "ask": LAMP, "level": 4}],
        "risk": [{"level": level, "label": LAMP, "steps": [LAMP]} for level in range(5)],
        "safe_words": [LAMP],
        "yes_no": [{"code": "danger", "ask": LAMP}],
        "source": "ours",
    },
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
    workforce = _of_workforce(code)
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
        | _of_people(code, building)
        | {"pack_id": _pack(code)}
        | _of_matters(code, building)
        | _of_programs(code)
        | _of_plans(code)
        | _of_homes(code)
        | _of_notices(code, building)
        | _of_hotline(code)
        | _of_what_follows_calls(code)
    )


def _pack(code: int) -> UUID:
    """A draft of rules."""
    text = small_pack(code=f"pack-{code}", jurisdiction=code)
    return operations.draft(text=text, by=None, at=NOON).pk


def _of_matters(code: int, building: Any) -> dict[str, Any]:
    """A matter with a report, a unit and a hand-over; its kind is of no pack in force."""
    with factories.as_owner_of_rows():
        pack = Pack.objects.filter(code="walk").first() or Pack.objects.create(
            code="walk", version=1, jurisdiction=110000000000000, title={"zh": "走", "en": "walk"},
            body=PackBody.model_validate(PACK).model_dump(mode="json", by_alias=True), text="",
            sha256="0" * 64, valid_from=NOON, state="IN_FORCE", made_at=NOON, in_force_at=NOON,
        )  # fmt: skip
        both = [
            matters.Matter.objects.create(
                number=code % 10**9 + n, kind="lamp", pack=pack, realm="SERVICE",
                place=building.place, building=building, desk="COMMUNITY", door="PHONE",
                state="REPORTED", urgency="ORDINARY", received_at=NOON, state_since=NOON,
            )
            for n in range(2)
        ]  # fmt: skip
        report = matters.Report.objects.create(matter=both[0], received_at=NOON, door="PHONE")
        photo = matters.Attachment.objects.create(
            matter=both[0], event=uuid7(), kind="PHOTO", media_type="image/jpeg", size=1,
            digest=b"1", content=secrets.encrypt_bytes(b"1", about="attachment"), made_at=NOON,
        )  # fmt: skip
        unit = matters.Unit.objects.create(
            name=f"巡逻{code}", kind="patrol", place=code, made_at=NOON
        )
        given = matters.HandOver.objects.create(
            place=code, level=Level.COMMUNITY, given_by=uuid7(), given_as=uuid7(), given_at=NOON
        )
    return {
        "matter_id": both[0].pk,
        "other_id": both[1].pk,
        "report_id": report.pk,
        "file": photo.pk,
        "unit_id": unit.pk,
        "hand_over_id": given.pk,
        "filter_id": UUID(int=7),
        "name": "hold",
    } | _of_zones(code, pack)


def _of_zones(code: int, pack: Any) -> dict[str, Any]:
    """A zone in force with its order, which was handed to a second person; of no kind in force."""
    now = timezone.now()
    of = {"name": "封闭区", "place": code, "kind": "closed", "pack": pack, "picks": []}
    ranges = ((code, code + 1000),)
    with factories.as_owner_of_rows():
        zone = zones.Zone.objects.create(
            strictness=9, whole=ranges, touches=ranges, starts_at=now, made_at=now,
            ends_at=now + timedelta(days=1), review_due_at=now + timedelta(days=1), **of,
        )  # fmt: skip
        key = uuid7()
        paper = zones.ZoneDocument.objects.create(
            order_id=key, number="1", issuer="区", issued_on=now.date(), size=1, digest=b"1",
            media_type="application/pdf", content=secrets.encrypt_bytes(b"1", about="attachment"),
        )  # fmt: skip
        zones.ZoneOrder.objects.create(
            id=key, what="ENFORCE", state="ORDERED", ranges=ranges, reason="疫情", document=paper,
            needs_second=True, ordered_by=factories.User(), ordered_role="district_command",
            ordered_at=now, starts_at=now, ends_at=now + timedelta(days=1), **of,
        )  # fmt: skip
    return {"zone_id": zone.pk, "order_id": key}


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


def _of_workforce(code: int) -> dict[str, Any]:
    """A worker with an appointment, a team, a post, a call, a shift on offer, hours, a list."""
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
        soon = timezone.now() + timedelta(days=2)
        of_shift = {"post": "东门", "place": code, "made_at": NOON, "ends_at": soon}
        shift = workforce.Shift.objects.create(
            account=account, starts_at=soon - timedelta(hours=8), **of_shift
        )
        swap = workforce.SwapOffer.objects.create(
            shift=shift, place=code, account=account, offered_at=NOON
        )
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
            "shift_id": shift.pk,
            "swap_id": swap.pk,
            "list_id": _list_of_people(code, brought.pk),
            "token": posters.token(post.pk, 1, None),
        }
        | ACCOUNTS
        | OVERSEEN
    )


def _list_of_people(code: int, key: UUID) -> UUID:
    """A list of people that is checked and has no rows, under the key of the list of workers."""
    with factories.as_owner_of_rows():
        people.PersonList.objects.create(
            pk=key,
            place=code,
            owner="街道办",
            purpose="register_upkeep",
            legal_basis="法",
            reason="由",
            expires_at=NOON + timedelta(days=99999),
            file_name="a.csv",
            file_sha256=str(code),
            brought_by=factories.User(),
            brought_as=uuid7(),
            brought_at=NOON,
            status="CHECKED",
        )
    return key


def _of_people(code: int, building: Any) -> dict[str, Any]:
    """Somebody with a household, a telephone and a consent; an emergency look; a merge."""
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=building, place=building.place)
        household = factories.Household(dwelling=dwelling, place=building.place)
        person, other = (
            factories.Person(household=household, place=building.place) for _ in range(2)
        )
        of = {"person": person, "place": person.place}
        number = f"+86138{code % 10**8:08}"
        contact = people.Contact.objects.create(
            value=secrets.encrypt(number, about="phone"),
            value_index=secrets.blind_index(number, about="phone"),
            tail_index=secrets.blind_index(number[-4:], about="phone-tail"),
            **of,
        )
        consent = people.Consent.objects.create(
            purpose="own_data", text_version="1", how="signed", given_at=NOON, **of
        )
        merge = people.Merge.objects.create(kept=person, lost=other, place=person.place, at=NOON)
        glass = BreakGlass.objects.create(
            subjects=[person.pk],
            place=person.place,
            account=factories.User(),
            appointment=uuid7(),
            reason="救人",
            starts_at=NOON,
            ends_at=NOON + timedelta(minutes=30),
        )
    return {
        "person_id": person.pk,
        "household_id": household.pk,
        "contact_id": contact.pk,
        "consent_id": consent.pk,
        "merge_id": merge.pk,
        "glass_id": glass.pk,
        "what": "name",
        "item": contact.pk,
    }
