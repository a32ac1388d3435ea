"""Calls that somebody has answered, and who may be at the other end."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from tests import factories
from tests.kapok.hotline.conftest import PHONE
from tests.kapok.portal.conftest import GRID

from kapok.access.scope import acting, of_appointment

OTHER_PHONE = "+8613900139000"


def a_call(town: Any, *, phone: str | None = PHONE, line: Any = None, by: Any = None, **more: Any):
    """A call that was answered a minute ago."""
    from kapok.access import secrets  # noqa: PLC0415
    from kapok.hotline.models import Call, CallRecord  # noqa: PLC0415
    from kapok.hotline.workflow import Source, State  # noqa: PLC0415

    at = timezone.now() - timedelta(minutes=1)
    said = {
        "source": Source.SYSTEM, "state": State.TALKING, "rang_at": at, "answered_at": at,
        "operator": (by or town.operator).account,
    } | more  # fmt: skip
    line = line or town.line
    with factories.as_owner_of_rows():
        call = Call.objects.create(line=line, place=line.place, **said)
        _happened(call)
        CallRecord.objects.create(
            call=call,
            phone=secrets.encrypt(phone, about="phone") if phone else None,
            phone_index=secrets.blind_index(phone, about="phone") if phone else None,
        )
    return call


def _happened(call: Any) -> None:
    """What its state follows from."""
    from kapok.hotline.models import CallEvent  # noqa: PLC0415

    told = [("RANG", None, call.rang_at), ("ANSWERED", call.operator_id, call.answered_at)]
    told.append(("ENDED", call.operator_id, call.ended_at))
    for what, by, at in told:
        if at is not None:
            CallEvent.objects.create(call=call, what=what, by_id=by, at=at)


def happened(call: Any) -> list[str]:
    """What happened since it was answered."""
    with factories.as_owner_of_rows():
        told = call.events.exclude(what__in=["RANG", "ANSWERED"])
        return list(told.values_list("what", flat=True))


def a_family(town: Any, *, phone: str = PHONE, name: str = "王小梅", building: Any = None) -> Any:
    """Somebody who is with child, at home in the block, with a telephone."""
    from kapok.people import names  # noqa: PLC0415

    building = building or town.block
    with factories.as_owner_of_rows():
        dwelling = factories.Dwelling(building=building, place=building.place, room="501")
        household = factories.Household(dwelling=dwelling, place=building.place)
        person = factories.Person(
            household=household, place=building.place, name=name, sex="F",
            name_tokens=sorted(names.tokens(name)),
        )  # fmt: skip
        factories.Contact(person=person, number=phone)
    return household


def a_zone(town: Any, *, place: int = GRID) -> Any:
    """The grid is closed."""
    from kapok.packs.models import Pack  # noqa: PLC0415
    from kapok.zones.models import Zone  # noqa: PLC0415

    at = timezone.now()
    with factories.as_owner_of_rows():
        return Zone.objects.create(
            name="示例花园封闭区", place=place, kind="closed_2021",
            pack=Pack.objects.get(code="gd-2021"), strictness=90,
            whole=((place, place + 1),), touches=((place, place + 1),),
            starts_at=at - timedelta(days=1), ends_at=at + timedelta(days=6),
            review_due_at=at + timedelta(days=1), made_at=at,
        )  # fmt: skip


def as_(who: Any, *, later: timedelta = timedelta()):
    """Act as one of the town, for a caller."""
    return acting(of_appointment(who, at=timezone.now() + later, purpose="urgent_help"))


def browser(who: Any, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    client.force_login(who.account)
    return client


def text(answer: Any) -> str:
    return answer.content.decode()
