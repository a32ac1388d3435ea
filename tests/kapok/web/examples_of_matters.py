"""A draft of rules, and a matter and a zone under rules of one kind, for the walk everywhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from tests import factories
from tests.factories import NOON
from tests.kapok.packs.small_pack import small_pack

from kapok.access import secrets
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.matters import models as matters
from kapok.packs import operations
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody
from kapok.zones import models as zones

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


def a_draft(code: int) -> UUID:
    """A draft of rules."""
    text = small_pack(code=f"pack-{code}", jurisdiction=code)
    return operations.draft(text=text, by=None, at=NOON).pk


def of_matters(code: int, building: Any) -> dict[str, Any]:
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
