"""Sending: one matter to the unit that is nearest, or all that wait to all that are on duty."""

from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.matters.engine.facts import Answer, Command, Facts, Status
from kapok.matters.operations.commands import actor_of, apply
from kapok.matters.queries import routing
from kapok.matters.queries.card.card import MatterCard, card
from kapok.matters.queries.desk import queue
from kapok.matters.queries.desk.filters import Filter
from kapok.matters.queries.sending import nearest, plans
from kapok.matters.views.common import for_desk, key_of, next_of, of_batch, show, tell
from kapok.matters.views.matter.doing import available

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
        return _dialogue(request, found, None, at)
    try:
        answer = _sent(request, found, at)
    except Refused as refusal:
        answer = Answer(key_of(""), Status.REFUSED, matter_id, str(refusal))
    if answer.status == Status.TAKEN:
        tell(request, [answer])
        return redirect(next_of(request, reverse("matters")))
    return _dialogue(request, card(matter_id, at=at) or found, answer, at)


def _sent(request: SignedInRequest, found: MatterCard, at: datetime) -> Answer:
    what, _colon, key = request.POST.get("to", "").partition(":")
    to = _to(what, key)
    if "unit" in to:
        to |= _way(found.facts, UUID(to["unit"]), at)
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


def _way(facts: Facts, unit: UUID, at: datetime) -> dict[str, Any]:
    """How far a unit has to go, as it is now."""
    for each in nearest.nearest(facts, at=at).free:
        if each.id == unit and each.arrives_at is not None:
            return {"distance_m": each.metres, "eta": each.arrives_at.isoformat()}
    return {}


def _dialogue(
    request: SignedInRequest, found: MatterCard, answer: Answer | None, at: datetime
) -> HttpResponse:
    facts = found.facts
    held = routing.grid_workers([facts.place], at=at).get(facts.place, {})
    people = [(deputy, account, unit) for deputy, (account, unit) in sorted(held.items())]
    is_conflict = answer is not None and answer.status == Status.CONFLICT
    actor = actor_of(scope.current())
    context = {
        "card": found,
        "nearest": nearest.nearest(facts, at=at),
        "workers": nearest.workers(people),
        "answer": answer,
        "is_conflict": is_conflict,
        "newer": found.trace[:3] if is_conflict else (),
        "may_make": found.kind is not None and "assign" in available(facts, actor, found.kind),
        "next": next_of(request, reverse("matters")),
    }
    status = 409 if is_conflict else 422 if answer else 200
    return show(request, "matters/send.html", context, status=status, words=True)


@dataclass(frozen=True)
class NotSent:
    """A line of the plan that was not carried out: why, and how the matter stands now."""

    answer: Answer
    line: queue.Line | None


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(SEND)
def sending(request: SignedInRequest) -> HttpResponse:
    """A plan over all that waits and all on duty: looked at, ticked, sent as one set."""
    at = timezone.now()
    if request.method != "POST":
        return _plan(request, at)
    try:
        answers = apply(_commands(request.POST, at))
    except Refused as refusal:
        return _plan(request, at, problem=str(refusal))
    failed = [answer for answer in answers if answer.status != Status.TAKEN]
    if not failed:
        tell(request, answers)
        return redirect(request.get_full_path())
    return _plan(request, at, failed=failed, n_sent=len(answers) - len(failed))


def _plan(
    request: SignedInRequest,
    at: datetime,
    *,
    problem: str = "",
    failed: list[Answer] | None = None,
    n_sent: int = 0,
) -> HttpResponse:
    """The plan as things stand now, below what of the last one could not be carried out."""
    only = _keys(request.GET.getlist("matter"))
    context = {
        "plan": plans.plan(at=at, only=only),
        "now": at,
        "is_some": bool(only),
        "problem": problem,
        "not_sent": _not_sent(failed or [], at),
        "n_sent": n_sent,
    }
    status = 409 if failed else 422 if problem else 200
    return show(request, "matters/sending.html", context, status=status)


def _not_sent(failed: list[Answer], at: datetime) -> tuple[NotSent, ...]:
    found = queue.lines_of([answer.matter for answer in failed], Filter(state="all"), at=at)
    lines = {line.id: line for line in found}
    return tuple(NotSent(answer, lines.get(answer.matter)) for answer in failed)


def _commands(sent: QueryDict, at: datetime) -> list[Command]:
    batch = key_of(sent.get("batch", ""))
    commands = [_command(batch, said, sent, at) for said in sent.getlist("send")]
    if not commands:
        raise Refused(_("Tick at least one line of the plan."))
    return commands


def _command(batch: UUID, said: str, sent: QueryDict, at: datetime) -> Command:
    first, _colon, second = said.partition(":")
    try:
        matter, unit = UUID(first), UUID(second)
    except ValueError:
        raise Refused(_("This plan cannot be read. Load the page anew.")) from None
    seen = sent.get(f"seen.{matter}", "")
    return Command(
        of_batch(batch, matter),
        "assign",
        matter,
        at,
        int(seen) if seen.isdigit() else None,
        {"to": {"unit": str(unit)} | _said_way(sent, matter), "reason": "plan"},
    )


def _said_way(sent: QueryDict, matter: UUID) -> dict[str, Any]:
    """Distance and arrival as the plan showed them; what cannot be read is left out."""
    try:
        metres = float(sent.get(f"far.{matter}", ""))
        eta = parse_datetime(sent.get(f"eta.{matter}", ""))
    except ValueError:
        return {}
    if not isfinite(metres) or metres < 0 or eta is None or eta.tzinfo is None:
        return {}
    return {"distance_m": metres, "eta": eta.isoformat()}


def _keys(said: list[str]) -> list[UUID]:
    found = []
    for text in said:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
