"""Sending: one matter to the unit that is nearest, or all that wait to all that are free."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.matters.engine.facts import Answer, Command, Facts, Status
from kapok.matters.operations.commands import actor_of, apply
from kapok.matters.queries import plans, routing, units
from kapok.matters.queries.matter import MatterCard, card
from kapok.matters.views.common import for_desk, key_of, next_of, of_batch, show, tell
from kapok.matters.views.doing import available

SEND = Permission.MATTER_SEND


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(SEND, words=True)
def send(request: SignedInRequest, matter_id: UUID) -> HttpResponse:
    """The nearest free units with distance and time; one is chosen and sent."""
    at = timezone.now()
    found = card(matter_id, at=at)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _dialogue(request, found, None)
    try:
        answer = _sent(request, found, at)
    except Refused as refusal:
        answer = Answer(key_of(""), Status.REFUSED, matter_id, str(refusal))
    if answer.status == Status.TAKEN:
        tell(request, [answer])
        return redirect(next_of(request, reverse("matters")))
    return _dialogue(request, card(matter_id, at=at) or found, answer)


def _sent(request: SignedInRequest, found: MatterCard, at: datetime) -> Answer:
    what, _colon, key = request.POST.get("to", "").partition(":")
    to = _to(what, key)
    if "unit" in to:
        offered = {str(each.id): each for each in _candidates(found.facts)}
        if key in offered and offered[key].minutes is not None:
            eta = offered[key].eta(at)
            to |= {"distance_m": offered[key].distance_m, "eta": eta.isoformat() if eta else None}
    seen = request.POST.get("seen", "")
    data: dict[str, Any] = {"to": to}
    if request.POST.get("reason", "").strip():
        data["reason"] = request.POST["reason"].strip()
    command = Command(
        key_of(request.POST.get("id", "")),
        "assign",
        found.facts.id,
        at,
        int(seen) if seen.isdigit() else None,
        data,
    )
    [answer] = apply([command])
    return answer


def _to(what: str, key: str) -> dict[str, Any]:
    first, _comma, second = key.partition(",")
    try:
        if what == "unit":
            return {"unit": str(UUID(first))}
        if what == "account":
            return {"account": str(UUID(first))} | ({"unit": str(UUID(second))} if second else {})
    except ValueError:
        pass
    raise Refused(_("Choose whom to send."))


def _candidates(facts: Facts) -> tuple[units.Candidate, ...]:
    lon, lat = facts.lon, facts.lat
    if lon is None or lat is None:
        lon, lat = units.spot_of(facts.place, facts.building)
    return units.free_for(facts.place, facts.kind, lon, lat)


def _dialogue(request: SignedInRequest, found: MatterCard, answer: Answer | None) -> HttpResponse:
    facts = found.facts
    held = routing.grid_workers([facts.place], at=timezone.now()).get(facts.place, {})
    people = [(deputy, account, unit) for deputy, (account, unit) in sorted(held.items())]
    is_conflict = answer is not None and answer.status == Status.CONFLICT
    actor = actor_of(scope.current())
    context = {
        "card": found,
        "candidates": _candidates(facts),
        "workers": units.workers(people),
        "answer": answer,
        "is_conflict": is_conflict,
        "newer": found.trace[:3] if is_conflict else (),
        "may_make": found.kind is not None and "assign" in available(facts, actor, found.kind),
        "next": next_of(request, reverse("matters")),
        "by_streets": plans.BY_STREETS,
    }
    status = 409 if is_conflict else 422 if answer else 200
    return show(request, "matters/send.html", context, status=status, words=True)


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(SEND)
def sending(request: SignedInRequest) -> HttpResponse:
    """A plan over all that waits and all who are free: looked at, ticked, sent as one set."""
    at = timezone.now()
    if request.method != "POST":
        wanted = _keys(request.GET.getlist("matter"))
        plan = plans.proposed(at=at, only=wanted)
        return show(request, "matters/sending.html", {"plan": plan, "now": at})
    batch = key_of(request.POST.get("batch", ""))
    commands = [_command(batch, said, request, at) for said in request.POST.getlist("send")]
    if not commands:
        raise Refused(_("Tick at least one line of the plan."))
    tell(request, apply(commands))
    return redirect("matters-sending")


def _command(batch: UUID, said: str, request: SignedInRequest, at: datetime) -> Command:
    first, _colon, second = said.partition(":")
    try:
        matter, unit = UUID(first), UUID(second)
    except ValueError:
        raise Refused(_("This plan cannot be read. Load the page anew.")) from None
    to: dict[str, Any] = {"unit": str(unit)}
    try:
        to["distance_m"] = float(request.POST.get(f"far.{matter}", ""))
    except ValueError:
        to.pop("distance_m", None)
    seen = request.POST.get(f"seen.{matter}", "")
    return Command(
        of_batch(batch, matter), "assign", matter, at, int(seen) if seen.isdigit() else None,
        {"to": to, "reason": "plan"},
    )  # fmt: skip


def _keys(said: list[str]) -> list[UUID]:
    found = []
    for text in said:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
