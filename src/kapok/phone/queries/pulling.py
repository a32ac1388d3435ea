"""What a phone is given: what changed since it last asked, of what its holder has to do.

A cursor is a transaction of PostgreSQL from which on everything is asked again: the oldest that was
still running when the last answer was made. So nothing that was committed late is missed.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.fields import Ranges
from kapok.access.models import Look, User
from kapok.access.roles import ROLES, Permission
from kapok.access.trace import look
from kapok.codes import Level
from kapok.errors import NotAllowed, Refused
from kapok.matters import notes
from kapok.matters.engine.reporting import PHONE
from kapok.matters.models import Matter, MatterEvent, Report
from kapok.matters.workflow import ENDED, Urgency
from kapok.phone.queries import kinds
from kapok.places.models import Area

PAGE = 200  # matters in one answer
MOST_ENTRIES = 30  # of the trace of one matter
LATEST = 2**63  # a transaction of PostgreSQL is below it
MOST_GRIDS = 12  # whoever works in more is given what is theirs alone


@dataclass(frozen=True)
class Cursor:
    """Since which transaction, until which for this row of pages, after which matter; its kinds."""

    since: int = 0
    until: int = 0
    after: UUID | None = None
    kinds: str = ""

    def __str__(self) -> str:
        return f"{self.since}.{self.until}.{self.after or ''}.{self.kinds}"


def read(text: str | None) -> Cursor:
    """A cursor as a phone sends it back. Raises ``Refused``."""
    if not text:
        return Cursor()
    try:
        first, last, after, known = text.split(".")
        since, until = int(first), int(last)
        if 0 <= since < LATEST and 0 <= until < LATEST:
            return Cursor(since, until, UUID(after) if after else None, known)
    except ValueError:
        pass
    raise Refused(_("This cursor is not one of ours. Ask for everything anew."))


def pull(cursor: Cursor) -> tuple[dict[str, Any], Cursor, bool]:
    """Changes, the next cursor, and whether there is more. Acts for the purpose of handling."""
    until = cursor.until or _oldest_running()
    matters = list(_page(cursor))
    more = len(matters) > PAGE
    matters = matters[:PAGE]
    own = _kinds(matters)
    known = kinds.stamp(own)
    changes: dict[str, Any] = {"matters": _written(matters), "kinds": []}
    if known != cursor.kinds:
        changes["kinds"] = own
    if not more:
        changes["gone"] = _gone(cursor.since)
        changes["profile"] = _profile()
        return changes, Cursor(until, 0, None, known), False
    return changes, Cursor(cursor.since, until, matters[-1].pk, known), True


def _oldest_running() -> int:
    with connection.cursor() as asked:
        asked.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(asked.fetchone()[0])


def _theirs() -> QuerySet[Matter]:
    """What whoever acts has to do: given to them or their unit, or open in their own grids.

    An emergency at a building there is on their phone as well while a unit has it: they are near.
    """
    who = scope.current()
    mine = Q(assignee=who.account)
    if who.unit is not None:
        mine |= Q(unit=who.unit, assignee=None)
    n_places = sum(hi - lo for lo, hi in who.ranges)
    if who.can(Permission.MATTER_VIEW) and n_places <= MOST_GRIDS:
        for lo, hi in who.ranges:
            here = Q(place__gte=lo, place__lt=hi)
            mine |= here & Q(assignee=None, unit=None)
            mine |= here & Q(urgency=Urgency.RED, building__isnull=False, unit__isnull=False)
    return Matter.objects.filter(mine).exclude(state__in=ENDED)


def _page(cursor: Cursor) -> QuerySet[Matter]:
    found = _theirs().filter(changed_in__gte=cursor.since)
    if cursor.after is not None:
        found = found.filter(pk__gt=cursor.after)
    return found.select_related("building").order_by("pk")[: PAGE + 1]


def _gone(since: int) -> list[str]:
    """Matters that changed and are not theirs any more: opaque keys, of their surroundings."""
    if not since:
        return []
    with connection.cursor() as asked:
        asked.execute("SELECT id FROM phone_changed(%s)", [since])
        changed = {key for (key,) in asked.fetchall()}
    still = set(_theirs().filter(pk__in=changed).values_list("pk", flat=True))
    return [str(key) for key in changed - still]


def _kinds(matters: list[Matter]) -> list[dict[str, Any]]:
    who = scope.current()
    places = [lo for lo, _hi in who.ranges][:MOST_GRIDS]
    packs = set(_theirs().values_list("pack", flat=True).distinct())
    return kinds.of_places(places, packs, who.at)


def _written(matters: list[Matter]) -> list[dict[str, Any]]:
    who = scope.current()
    keys = [matter.pk for matter in matters]
    reports = {
        report.matter_id: report
        for report in Report.objects.filter(matter__in=keys).order_by("-received_at")
    }
    entries: defaultdict[UUID, list[MatterEvent]] = defaultdict(list)
    for event in MatterEvent.objects.filter(matter__in=keys).order_by("-version"):
        if len(entries[event.matter_id]) < MOST_ENTRIES:
            entries[event.matter_id].append(event)
    names = _names({event.account for each in entries.values() for event in each})
    areas = dict(_areas({matter.place for matter in matters}))
    if matters:
        about = [matter.subject for matter in matters if matter.subject]
        look(Look.Action.LIST, [*keys, *about], place=matters[0].place)
    return [
        _matter(matter, reports.get(matter.pk), areas)
        | {"entries": [_entry(event, names, who.account) for event in reversed(entries[matter.pk])]}
        for matter in matters
    ]


def _matter(matter: Matter, report: Report | None, areas: dict[int, str]) -> dict[str, Any]:
    who = scope.current()
    building = matter.building
    return {
        "id": str(matter.pk),
        "number": matter.number,
        "kind": matter.kind,
        "pack": str(matter.pack_id),
        "state": matter.state,
        "urgency": matter.urgency,
        "version": matter.version,
        "other_version": matter.state_version if matter.state_by != who.account else 0,
        "received_at": matter.received_at.isoformat(),
        "due_at": matter.due_at.isoformat() if matter.due_at else None,
        "late_at": matter.late_at.isoformat() if matter.late_at else None,
        "place": matter.place,
        "place_name": areas.get(matter.place, ""),
        "building": str(building.pk) if building else None,
        "building_name": building.name if building else "",
        "address": report.address if report else "",
        "lon": matter.lon,
        "lat": matter.lat,
        "steps": matter.steps,
        "outcome": matter.outcome,
        "n_reopened": matter.n_reopened,
        "door": matter.door,
        "parent": str(matter.parent_id) if matter.parent_id else None,
        "notes": notes.in_both(report.notes) if report else [],
        "text": report.text if report else "",
        "answers": _answers(report) if report else {},
        "caller": _caller(matter, report) if matter.assignee == who.account else None,
        "mine": matter.assignee == who.account,
        "is_beside": _is_beside(matter),
    }


def _answers(report: Report) -> dict[str, Any]:
    """What was answered; the number of whoever wants to stay unknown is not given out."""
    return {k: said for k, said in report.answers.items() if k != PHONE or not report.is_hidden}


def _is_beside(matter: Matter) -> bool:
    """Whether others go there, and whoever acts only knows of it."""
    who = scope.current()
    if matter.assignee is not None:
        return matter.assignee != who.account
    return matter.unit is not None and matter.unit != who.unit


def _caller(matter: Matter, report: Report | None) -> dict[str, str] | None:
    """Who telephoned, for whoever it was given to: they call or go there; each time in the trace.

    Nothing of whoever wants to stay unknown.
    """
    if report is None or report.contact is None or report.is_hidden or report.door != "PHONE":
        return None
    known = json.loads(secrets.decrypt(bytes(report.contact), about="matter contact"))
    look(Look.Action.REVEAL, [matter.pk], place=matter.place)
    return {"name": known.get("name", ""), "phone": known.get("phone", "")}


def _entry(event: MatterEvent, names: dict[UUID, str], me: UUID | None) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "move": event.move,
        "at": event.at.isoformat(),
        "by": names.get(event.account) if event.account else None,
        "role": str(ROLES[event.role].label) if event.role in ROLES else "",
        "mine": event.account == me,
        "version": event.version,
        "data": event.data,
    }


def _names(accounts: set[UUID | None]) -> dict[UUID, str]:
    known = [account for account in accounts if account is not None]
    return {user.pk: str(user) for user in User.objects.filter(pk__in=known)}


def _areas(places: set[int]) -> list[tuple[int, str]]:
    return [(area.code, area.name) for area in Area.objects.filter(code__in=places)]


def _own_places(ranges: Ranges) -> list[int]:
    """Each grid of a few that lie side by side; of more than that, the area that holds them."""
    codes: list[int] = []
    for lo, hi in ranges:
        codes += range(lo, hi) if hi - lo <= MOST_GRIDS else [lo]
    return codes


def _profile() -> dict[str, Any]:
    who = scope.current()
    if who.account is None:
        raise NotAllowed(_("Nobody acts here. Choose as what you act first."))
    codes = _own_places(who.ranges)
    known = {area.code: area for area in Area.objects.filter(code__in=codes)}
    return {
        "name": str(User.objects.get(pk=str(who.account))),
        "role": str(ROLES[who.role].label),
        "role_code": who.role,
        "appointment": str(who.appointment),
        "places": [
            {
                "code": code,
                "name": known[code].name if code in known else str(code),
                "level": known[code].level if code in known else Level.GRID,
            }
            for code in codes
        ],
    }
