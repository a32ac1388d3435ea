"""Situations are begun, set, copied and thrown away."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.places.models import Area
from kapok.planning.documents import fingerprint, written
from kapok.planning.models import Plan
from kapok.planning.planner import Document, Kind, Sent
from kapok.planning.planners import planner_of
from kapok.planning.queries import staff
from kapok.planning.workflow import OPEN, Origin, State

# NUL as JSON writes it (also behind an escaped backslash), and halves of signs, which are no UTF-8.
UNKEPT = re.compile(r"\\u0000|[\ud800-\udfff]")
MOST_BYTES = 30_000_000  # of a situation: a city's people for a month are about 10 MB


@transaction.atomic
def begin(
    *,
    kind: str,
    place: int,
    title: str,
    document: Document | None = None,
    origin: Origin = Origin.NEW,
    made_from: UUID | None = None,
    by: User,
    at: datetime,
) -> Plan:
    """Begin a plan with a document, or with the planner's blank one."""
    who = scope.require(Permission.PLAN_MAKE, place)
    if kind not in set(Kind):
        raise Refused(_("There is no such kind of plan. Choose one of the list."))
    if not title or "\x00" in title:
        raise Refused(_("Give the plan a title by which others will know it."))
    if not Area.objects.filter(code=place, valid_to=None).exists():
        raise Refused(_("This place is no longer in use. Choose another one."))
    situation = dict(document) if document is not None else planner_of(kind).begin()
    refuse_too_large(situation)
    return Plan.objects.create(
        id=uuid7(),
        kind=kind,
        place=place,
        title=title,
        origin=origin,
        made_from_id=made_from,
        situation=situation,
        situation_sha256=fingerprint(kind, situation),
        made_by=by.pk,
        made_as=who.role,
        made_at=at,
    )


@transaction.atomic
def set_situation(
    *, plan_id: UUID, version: int, sent: Sent, by: User, at: datetime
) -> tuple[Plan, str]:
    """Keep what a form brought; also what is wrong with it, if it cannot be planned yet."""
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    if plan.state not in {State.DRAFT, State.FAILED}:
        raise Refused(_("This plan is planned already. Copy its situation to change it."))
    refuse_other_version(plan, version)
    planner = planner_of(plan.kind)
    document = planner.sent(plan.situation, sent)
    refuse_too_large(document)
    if title := sent.text("title").replace("\x00", "")[:100]:
        plan.title = title
    plan.situation, plan.version = document, plan.version + 1
    plan.situation_sha256 = fingerprint(plan.kind, document)
    plan.state, plan.problem = State.DRAFT, ""
    plan.save()
    return plan, wrong_with(plan)


@transaction.atomic
def bring_staff(*, plan_id: UUID, version: int, sent: Sent, by: User, at: datetime) -> int:
    """Keep what a form brought, with those who work in the place; how many they are."""
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    if plan.state not in {State.DRAFT, State.FAILED}:
        raise Refused(_("This plan is planned already. Copy its situation to change it."))
    refuse_other_version(plan, version)
    planner = planner_of(plan.kind)
    if not planner.staffs:
        raise Refused(_("A plan of this kind names nobody, so there is nobody to bring in."))
    members = staff.members(plan.place, at=at)
    if not members:
        raise Refused(_("Nobody is appointed in this place yet. Give a list of people instead."))
    document = planner.sent(plan.situation, sent) if sent.texts else plan.situation
    plan.title = sent.text("title")[:100] or plan.title
    plan.situation = planner.staffed(document, members)
    refuse_too_large(plan.situation)
    plan.situation_sha256 = fingerprint(plan.kind, plan.situation)
    plan.version += 1
    plan.save()
    return len(members)


def wrong_with(plan: Plan) -> str:
    """Why a situation cannot be planned yet; blank where it can."""
    try:
        planner_of(plan.kind).read(plan.situation)
    except Refused as refusal:
        return str(refusal)
    return ""


@transaction.atomic
def copy(*, plan_id: UUID, origin: Origin, title: str, by: User, at: datetime) -> Plan:
    """A new plan from the situation of another one; computed again, with seed and budget too."""
    plan = seen(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    made = begin(
        kind=plan.kind,
        place=plan.place,
        title=title[:100] or plan.title,
        document=plan.situation,
        origin=origin,
        made_from=plan.pk,
        by=by,
        at=at,
    )
    made.seed, made.budget = plan.seed, plan.budget
    made.save(update_fields=["seed", "budget"])
    return made


@transaction.atomic
def mend(*, plan_id: UUID, sent: Sent, by: User, at: datetime) -> Plan:
    """A new situation in which something happened to a plan: somebody is ill, a test positive."""
    plan = seen(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    planner = planner_of(plan.kind)
    if not planner.mends or plan.result is None:
        raise Refused(_("A plan of this kind is not mended. Copy its situation and plan anew."))
    return begin(
        kind=plan.kind,
        place=plan.place,
        title=plan.title,
        document=planner.mended(plan.situation, plan.current or plan.result, sent),
        origin=Origin.REPAIR,
        made_from=plan.pk,
        by=by,
        at=at,
    )


@transaction.atomic
def discard(*, plan_id: UUID, by: User, at: datetime) -> None:
    """Throw away a plan that was never in force."""
    plan = held(plan_id)
    scope.require(Permission.PLAN_MAKE, plan.place)
    if plan.state not in OPEN:
        raise Refused(_("Only a plan that was never in force is discarded. Stop or end it first."))
    plan.delete()


def seen(plan_id: UUID) -> Plan:
    """A plan that whoever acts may see; 404 for others."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


def held(plan_id: UUID) -> Plan:
    """The same, held until the transaction ends."""
    if not Plan.objects.filter(pk=plan_id).exists():
        raise Http404
    if not scope.can(Permission.PLAN_MAKE) and not scope.can(Permission.PLAN_PUT_IN_FORCE):
        scope.require(Permission.PLAN_MAKE)
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise Http404
    return plan


def refuse_other_version(plan: Plan, version: int) -> None:
    """Refuse where somebody else changed the plan since it was shown."""
    if plan.version != version:
        raise Refused(
            _("Somebody else changed this plan meanwhile. Look at it again before you change it.")
        )


def refuse_too_large(document: dict[str, Any]) -> None:
    """Refuse documents that are not JSON, that the database cannot keep, or that are too large."""
    try:
        text = written(document)
    except ValueError:
        raise Refused(_("Some number in it is infinite or none at all. Mend it.")) from None
    if UNKEPT.search(text):
        raise Refused(_("There is a sign in it that is no text. Write that word anew."))
    size = len(text)
    if size > MOST_BYTES:
        raise Refused(
            _("This situation has %(size)d MB; at most %(most)d MB are kept. Split it by place.")
            % {"size": size // 1_000_000, "most": MOST_BYTES // 1_000_000}
        )
