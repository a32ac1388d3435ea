"""Somebody who works in a place and somebody who lives there, for the walk everywhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from tests import factories
from tests.factories import NOON

from kapok.access import secrets
from kapok.access.models import BreakGlass
from kapok.codes import Level
from kapok.ids import uuid7
from kapok.people import models as people
from kapok.workforce import models as workforce
from kapok.workforce import posters

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


def of_workforce(code: int) -> dict[str, Any]:
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
            "list_id": _listof_people(code, brought.pk),
            "token": posters.token(post.pk, 1, None),
        }
        | ACCOUNTS
        | OVERSEEN
    )


def _listof_people(code: int, key: UUID) -> UUID:
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


def of_people(code: int, building: Any) -> dict[str, Any]:
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
