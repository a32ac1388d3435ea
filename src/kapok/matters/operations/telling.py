"""Who hears of a move: the desks that look on, and the reporter where the pack has words for it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import translation

from kapok.access import secrets
from kapok.access.messages import send_text
from kapok.access.roles import Realm
from kapok.matters.engine.facts import Actor, Effects, Facts
from kapok.matters.models import Matter
from kapok.matters.operations.entries import CONTACT
from kapok.matters.queries import words
from kapok.places.names import of_places

CHANNEL = "matters"
MOST_IDS = 100  # a notice of PostgreSQL holds 8,000 bytes
CLOSE = frozenset({Realm.CARE, Realm.HEALTH})  # administrators do not read of these in the outbox
REPORT, LATE = "report", "late"
CONTACTS = """
    SELECT matter.id, matter.duplicate_of_id, report.contact
    FROM matters_matter AS matter JOIN matters_report AS report ON report.matter_id = matter.id
    WHERE (matter.id = ANY (%(matters)s) OR matter.duplicate_of_id = ANY (%(matters)s))
      AND report.contact IS NOT NULL ORDER BY report.received_at
"""
Hearer = Callable[[Sequence[Effects], Mapping[UUID, int], datetime], None]
HEARERS: list[Hearer] = []  # of apps above this one, such as webhooks; in the same transaction


def announce(changed: Sequence[Facts]) -> None:
    """Wake whoever looks on, when this transaction is done: keys and places, no values."""
    for start in range(0, len(changed), MOST_IDS):
        part = changed[start : start + MOST_IDS]
        notice = json.dumps(
            {
                "ids": [str(facts.id) for facts in part],
                "places": sorted({facts.place for facts in part}),
            }
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, notice])


def tell(
    done: Iterable[tuple[Effects, Actor]], numbers: Mapping[UUID, int], *, now: datetime
) -> None:
    """Tell reporters what the pack has words for, and everybody who wants to hear of moves."""
    effects = [effect for effect, _actor in done]
    for hear in HEARERS:
        hear(effects, numbers, now)
    due = [
        (effect.matter, name)
        for effect in effects
        for name in effect.tell or words.CLOSING & {effect.event.move}
    ]
    codes = {
        effect.matter.id: str(effect.report["tracking"])
        for effect in effects
        if effect.report is not None and effect.report["contact"].phone
    }
    named = {matter.id for matter, name in due if name == REPORT}
    due += [
        (effect.matter, REPORT)
        for effect in effects
        if effect.matter.id in codes and effect.matter.id not in named
    ]
    _send(due, numbers, codes, now=now)


def tell_late(late: Sequence[Facts], *, now: datetime) -> None:
    """Tell reporters that it takes longer, where the pack has words for it."""
    numbers = dict(
        Matter.objects.filter(pk__in=[matter.id for matter in late]).values_list("pk", "number")
    )
    _send([(matter, LATE) for matter in late], numbers, {}, now=now)


def _send(
    due: Sequence[tuple[Facts, str]],
    numbers: Mapping[UUID, int],
    codes: Mapping[UUID, str],
    *,
    now: datetime,
) -> None:
    if not due:
        return
    phones = _phones({matter.id for matter, _name in due})
    places = of_places({matter.place for matter, _name in due if matter.id in phones})
    with translation.override(settings.LANGUAGE_CODE):
        for matter, name in due:
            if matter.id not in phones:
                continue
            code = codes.get(matter.id, "") if name == REPORT else ""
            text = words.message(
                matter, name, number=numbers.get(matter.id), place=places.get(matter.place, ""),
                code=code,
            )  # fmt: skip
            for phone in phones[matter.id] if text else ():
                send_text(phone, text, at=now, holds_code=bool(code) or matter.realm in CLOSE)


def _phones(matters: set[UUID]) -> dict[UUID, list[str]]:
    """The telephones of all who reported a matter, those of matters that were joined to it too."""
    found: dict[UUID, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(CONTACTS, {"matters": list(matters)})
        rows = cursor.fetchall()
    for matter, original, contact in rows:
        phone = json.loads(secrets.decrypt(bytes(contact or b""), about=CONTACT))["phone"]
        told = {key for key in (matter, original) if key is not None} & matters
        for key in told if phone.startswith("+") else ():
            if phone not in found.setdefault(key, []):
                found[key].append(phone)
    return found
