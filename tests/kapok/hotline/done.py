"""Calls that are over, with what was noted of them; browsers of people at lines."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from tests import factories
from tests.kapok.hotline.conftest import PHONE

from kapok.access import secrets
from kapok.access.phones import phone_index
from kapok.hotline.models import Call, CallBack, CallRecord
from kapok.hotline.workflow import Source, State

QUARTER = timedelta(minutes=15)


def browser(appointment: Any, language: str = "en") -> Client:
    client = Client()
    client.cookies["django_language"] = language
    if appointment is not None:
        client.force_login(appointment.account)
    return client


def a_call(
    town: Any, at: datetime, *, line: Any = None, by: Any = None, phone: str = PHONE, **more: Any
) -> Any:
    """A call that was missed, or answered after 10 s, talked for 5 min, and closed a minute on."""
    line = line or town.line
    told: dict[str, Any] = {"state": State.MISSED, "ended_at": at + timedelta(seconds=60)}
    if by is not None:
        ended_at = at + timedelta(seconds=310)
        told = {
            "state": State.CLOSED, "operator": by.account, "ended_at": ended_at,
            "answered_at": at + timedelta(seconds=10), "outcome": "RESOLVED",
            "closed_at": ended_at + timedelta(minutes=1),
        }  # fmt: skip
    noted = {name: more.pop(name) for name in list(more) if hasattr(CallRecord, name)}
    with factories.as_owner_of_rows():
        call = Call.objects.create(
            line=line, place=line.place, source=Source.SYSTEM, rang_at=at, **told | more
        )
        sealed = {"notes": "call", "caller": "name", "address": "home"}
        noted |= {
            name: secrets.encrypt(noted[name], about=about)
            for name, about in sealed.items()
            if name in noted
        }
        known = (
            {"phone": secrets.encrypt(phone, about="phone"), "phone_index": phone_index(phone)}
            if phone
            else {}
        )
        CallRecord.objects.create(call=call, **known, **noted)
    return call


def a_back(call: Any, at: datetime, **more: Any) -> Any:
    """Somebody is to be called back at a moment."""
    told = {"why": "MISSED", "due_at": at, "next_at": at, "made_at": at} | more
    with factories.as_owner_of_rows():
        return CallBack.objects.create(call=call, line=call.line, place=call.place, **told)


def again(row: Any) -> Any:
    """The row as it is stored now."""
    with factories.as_owner_of_rows():
        return type(row).objects.get(pk=row.pk)


def hung_up(call: Any) -> None:
    """Our call is to be wrapped up."""
    with factories.as_owner_of_rows():
        Call.objects.filter(pk=call.pk).update(state=State.WRAP_UP, ended_at=factories.NOON)
