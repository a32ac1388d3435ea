"""Plans are put in force by people: shifts and bookings are made. They end the same way."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.planning import booked, workflow
from kapok.planning.documents import fingerprint
from kapok.planning.models import BookingSlot, Plan
from kapok.planning.operations.changing import current
from kapok.planning.operations.situations import held, refuse_other_version
from kapok.planning.planner import Duty, Slot
from kapok.planning.planners import planner_of
from kapok.planning.queries import staff
from kapok.words import listed
from kapok.workforce.operations.shifts import (
    WantedShift,
    exchange_shifts,
    make_shifts,
    withdraw_shifts,
)

MOST_NAMED = 5


@transaction.atomic
def put_in_force(*, plan_id: UUID, version: int, by: User, at: datetime) -> Plan:
    """Put a plan in force: all its shifts and bookings are made, or none.

    The rules are checked once more, on what is stored; a plan that breaks one is refused, and so is
    one whose situation is no longer what it was made from.
    """
    plan = held(plan_id)
    who = scope.require(Permission.PLAN_PUT_IN_FORCE, plan.place)
    refuse_other_version(plan, version)
    plan.state = workflow.after(plan.state, "put_in_force")
    if fingerprint(plan.kind, plan.situation) != plan.situation_sha256:
        raise Refused(_("The situation is not what this plan was made from. Plan anew."))
    planner = planner_of(plan.kind)
    situation = planner.read(plan.situation)
    found = planner.load(situation, current(plan))
    if broken := planner.check(situation, found):
        raise Refused(
            _("This plan breaks a rule, so it cannot be put in force: %(rule)s")
            % {"rule": broken[0]}
        )
    duties, slots = planner.duties(situation, found), planner.slots(situation, found)
    ends = [*(duty.ends_at for duty in duties), *(slot.ends_at for slot in slots)]
    if ends and max(ends) <= at:
        raise Refused(_("All of this plan lies in the past. Plan for days to come."))
    former = _former(plan, by=by, at=at)
    _make_shifts(plan, duties, former, by=by, at=at)
    _make_slots(plan, slots, former, at=at)
    plan.put_by, plan.put_as, plan.put_at = by.pk, who.role, at
    plan.holds_until = max(ends, default=at)
    plan.version += 1
    plan.save()
    return plan


@transaction.atomic
def end(*, plan_id: UUID, version: int, by: User, at: datetime) -> Plan:
    """End a plan: shifts and bookings that have not begun are cancelled."""
    plan = held(plan_id)
    scope.require(Permission.PLAN_PUT_IN_FORCE, plan.place)
    refuse_other_version(plan, version)
    plan.state = workflow.after(plan.state, "end")
    reason = _("The plan “%(title)s” was ended.") % {"title": plan.title}
    with scope.acting(scope.for_purpose(staff.PURPOSE)):
        withdraw_shifts(plan=plan.pk, reason=reason, by=by, at=at)
    booked.withdraw(_to_come(plan, at), at=at)
    plan.ended_by, plan.ended_at = by.pk, at
    plan.version += 1
    plan.save()
    return plan


def _former(plan: Plan, *, by: User, at: datetime) -> Plan | None:
    """The plan in force that this one mends; it ends, and hands on what both have in common."""
    if plan.origin != workflow.Origin.REPAIR or plan.made_from_id is None:
        return None
    former = held(plan.made_from_id)
    if former.state != workflow.State.IN_FORCE:
        return None
    scope.require(Permission.PLAN_PUT_IN_FORCE, former.place)
    former.state = workflow.after(former.state, "end")
    former.ended_by, former.ended_at = by.pk, at
    former.version += 1
    former.save()
    return former


def _make_shifts(
    plan: Plan, duties: Sequence[Duty], former: Plan | None, *, by: User, at: datetime
) -> None:
    """Make the shifts of those who work there now; without a key they are found by name.

    A key is no more than what somebody's document says, so it is held against the staff as well.
    """
    coming = [duty for duty in duties if duty.ends_at > at]
    members = staff.members(plan.place, at=at)
    keys = {each.worker for each in members}
    by_name = {each.name: each.worker for each in members}
    strangers = [
        duty.name or duty.worker
        for duty in coming
        if (duty.worker and duty.worker not in keys)
        or (duty.name and not duty.worker and duty.name not in by_name)
    ]
    if unknown := sorted(set(strangers)):
        raise Refused(
            ngettext(
                "%(n)d person of this plan does not work here as far as Kapok knows: %(names)s. "
                "Add them to the staff, or change the plan.",
                "%(n)d people of this plan do not work here as far as Kapok knows: %(names)s. "
                "Add them to the staff, or change the plan.",
                len(unknown),
            )
            % {"n": len(unknown), "names": listed(unknown[:MOST_NAMED])}
        )
    wanted = [_wanted(duty, duty.worker or by_name.get(duty.name, "")) for duty in coming]
    of: _Of = {"plan": plan.pk, "place": plan.place, "by": by, "at": at}
    with scope.acting(scope.for_purpose(staff.PURPOSE)):
        if former is None:
            make_shifts(duties=wanted, **of)
        else:
            reason = _("The plan “%(title)s” was mended.") % {"title": former.title}
            exchange_shifts(duties=wanted, former=former.pk, reason=reason, **of)


class _Of(TypedDict):
    plan: UUID
    place: int
    by: User
    at: datetime


def _wanted(duty: Duty, worker: str) -> WantedShift:
    return WantedShift(
        account=UUID(worker) if worker else None,
        post=duty.post,
        starts_at=duty.starts_at,
        ends_at=duty.ends_at,
        task=duty.task,
        party=duty.party,
        kind=duty.phase.value,
    )


def _make_slots(plan: Plan, slots: tuple[Slot, ...], former: Plan | None, *, at: datetime) -> None:
    """Make the slots; those of the plan that is mended go on, with whoever booked them."""
    if former is not None:
        kept = {slot: _going_on(plan, former, slot) for slot in slots}
        booked.withdraw(_to_come(former, at), at=at, kept=filter(None, kept.values()))
        slots = tuple(slot for slot, found in kept.items() if found is None)
    BookingSlot.objects.bulk_create(
        BookingSlot(
            id=uuid7(),
            plan=plan,
            place=plan.place,
            post=slot.post,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=slot.capacity,
        )
        for slot in slots
        if slot.capacity
    )


def _going_on(plan: Plan, former: Plan, slot: Slot) -> booked.Kept | None:
    """The slot of the former plan that is this one; it is the new plan's from now on."""
    same = former.slots.select_for_update().filter(post=slot.post, starts_at=slot.starts_at)
    found = same.first() if slot.capacity else None
    if found is None:
        return None
    found.plan, found.ends_at, found.capacity = plan, slot.ends_at, slot.capacity
    found.save(update_fields=["plan", "ends_at", "capacity"])
    return booked.Kept(found.pk, found.ends_at, found.capacity)


def _to_come(plan: Plan, at: datetime) -> list[BookingSlot]:
    return list(plan.slots.select_for_update().filter(starts_at__gte=at))
