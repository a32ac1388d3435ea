"""Moves from the desk: one matter or many, with the questions that a move asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kapok.access import scope
from kapok.access.requests import SignedInRequest
from kapok.access.roles import Permission
from kapok.errors import Refused
from kapok.ids import uuid7
from kapok.matters.engine import who
from kapok.matters.engine.facts import Actor, Answer, Command, Facts, Status
from kapok.matters.forms import moves as asking
from kapok.matters.forms.html import Widget, answers_of
from kapok.matters.models import Matter
from kapok.matters.operations.commands import actor_of, apply
from kapok.matters.queries import labels, loading
from kapok.matters.queries.card.card import MatterCard, card
from kapok.matters.queries.desk import choices, finding
from kapok.matters.views.common import for_desk, key_of, next_of, of_batch, show, tell
from kapok.matters.views.matter import sent_files
from kapok.matters.workflow import MOVES, By, State
from kapok.packs.schema import Kind, Step

WORKS = (Permission.MATTER_VIEW, Permission.MATTER_HANDLE)
MOST_AT_ONCE = 200
ELSEWHERE = frozenset({"report", "rate"})  # reporters make these at their own pages
LIKED_FIRST = ("accept", "assign", "take", "start", "arrive", "step", "finish", "check", "close")


@dataclass(frozen=True)
class Button:
    """A move that may be made now; ``is_plain`` asks nothing more."""

    move: str
    label: str
    is_plain: bool
    is_main: bool
    address: str


def buttons(found: MatterCard) -> tuple[Button, ...]:
    """The moves that whoever acts may make of a matter now, what is likeliest first."""
    actor = actor_of(scope.current())
    if found.kind is None:
        return ()
    names = available(found.facts, actor, found.kind)
    ordered = sorted(names, key=_rank)
    return tuple(
        Button(
            name,
            str(MOVES[name].label),
            name in asking.SIMPLE,
            i == 0 and name in LIKED_FIRST,
            _address(found.facts.id, name),
        )
        for i, name in enumerate(ordered)
    )


def _rank(name: str) -> int:
    return LIKED_FIRST.index(name) if name in LIKED_FIRST else len(LIKED_FIRST)


def _address(matter: UUID, name: str) -> str:
    if name == "assign":
        return reverse("matter-send", args=[matter])
    return reverse("matter-move", args=[matter, name])


def available(facts: Facts, actor: Actor, kind: Kind) -> list[str]:
    """The names of the moves that the state allows and that the actor may make."""
    return [
        move.name
        for move in MOVES.values()
        if move.name not in ELSEWHERE
        and State(facts.state) in move.starts
        and move.by != frozenset({By.BOX})
        and who.refused(move, facts, actor, kind) is None
        and _fits(move.name, facts, kind)
    ]


def _fits(name: str, facts: Facts, kind: Kind) -> bool:
    """What the kind rules out is not offered: no step to do, not settled on the spot."""
    if name == "step":
        return bool(kind.steps)
    if name == "settle":
        return kind.self_resolve
    return name != "extend" or any(
        (known := kind.clock(clock.code)) and clock.n_extensions < known.max_extensions
        for clock in facts.clocks
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_desk(*WORKS, words=True)
def move(request: SignedInRequest, matter_id: UUID, name: str) -> HttpResponse:
    """The form of one move, and the move itself."""
    found = card(matter_id, at=timezone.now())
    if found is None or name not in MOVES or name in ELSEWHERE:
        raise Http404
    step = _step(request, found) if name == "step" else None
    if request.method != "POST" or request.POST.get("look"):
        return _form(request, found, name, step, None)
    try:
        answer = _made(request, found, name, step)
    except Refused as refusal:
        answer = Answer(uuid7(), Status.REFUSED, matter_id, str(refusal))
    if answer.status == Status.TAKEN:
        tell(request, [answer])
        return redirect(next_of(request, reverse("matter", args=[matter_id])))
    return _form(request, card(matter_id, at=timezone.now()) or found, name, step, answer)


def _step(request: HttpRequest, found: MatterCard) -> Step | None:
    code = request.POST.get("step") or request.GET.get("step", "")
    if found.kind is None:
        return None
    return found.kind.step(code) if code else None


def _made(request: SignedInRequest, found: MatterCard, name: str, step: Step | None) -> Answer:
    data = _data(request, found, name, step)
    seen = request.POST.get("seen", "")
    command = Command(
        key_of(request.POST.get("id", "")),
        name,
        found.facts.id,
        timezone.now(),
        int(seen) if seen.isdigit() else None,
        data,
    )
    [answer] = apply([command])
    return answer


def _data(
    request: SignedInRequest, found: MatterCard, name: str, step: Step | None
) -> dict[str, Any]:
    if step is not None:
        data = asking.step_data(step, request.POST)
        sent_files.add(request, data, step.form)
    else:
        data = asking.data_of(name, request.POST)
    files = sent_files.taken(request, "files", "PHOTO")
    if files:
        data["files"] = [*data.get("files", ()), *files]
    if name in {"join"} and data.get("other"):
        data["other"] = str(by_number(data["other"]))
    return data


def by_number(said: str) -> UUID:
    """The matter of a number, or of a key. Raises ``Refused`` where there is none in sight."""
    text = str(said).strip()
    wanted = Matter.objects.filter(number=int(text)) if text.isdigit() else None
    if wanted is None:
        try:
            wanted = Matter.objects.filter(pk=UUID(text))
        except ValueError:
            wanted = Matter.objects.none()
    found = wanted.values_list("pk", flat=True).first()
    if found is None:
        raise Refused(_("There is no matter No. %(number)s here.") % {"number": text[:40]})
    return found


def _form(
    request: SignedInRequest,
    found: MatterCard,
    name: str,
    step: Step | None,
    answer: Answer | None,
) -> HttpResponse:
    """The questions of a move beside the matter; a conflict shows what changed meanwhile."""
    faults = dict(answer.faults) if answer else {}
    is_conflict = answer is not None and answer.status == Status.CONFLICT
    widgets: tuple[Widget, ...]
    if name == "step":
        given = answers_of(step.form, request.POST) if step else {}
        widgets = asking.step_fields(step, given, faults) if step else ()
    else:
        widgets = asking.fields(name, found.kind, found.facts, request.POST.dict(), faults)
    context = {
        "card": found,
        "move": MOVES[name],
        "widgets": widgets,
        "step": step,
        "answer": answer,
        "is_conflict": is_conflict,
        "newer": _newer(found, request.POST.get("seen", "")) if is_conflict else (),
        "takes_files": name in {"finish", "settle", "step", "note"},
        **(_choices_of_correct(request) if name == "correct" else {}),
        "next": next_of(request, reverse("matter", args=[found.facts.id])),
        "may_make": found.kind is not None
        and name in available(found.facts, actor_of(scope.current()), found.kind),
    }
    status = {True: 409, False: 422 if answer else 200}[is_conflict]
    return show(request, "matters/move.html", context, status=status, words=True)


def _choices_of_correct(request: HttpRequest) -> dict[str, Any]:
    """What a correction may lead to: kinds, and buildings that are called as somebody said."""
    where = request.POST.get("where", "")
    return {
        "kinds": choices.kinds(at=timezone.now()),
        "buildings": finding.buildings(where),
        "looked": bool(where.strip()),
        "sent": request.POST,
    }


def _newer(found: MatterCard, seen: str) -> Sequence[Any]:
    """The moves since the version that was seen."""
    n = found.facts.version - int(seen) if seen.isdigit() else 1
    return found.trace[: max(1, n)]


@require_POST
@for_desk(Permission.MATTER_SEND)
def together(request: SignedInRequest) -> HttpResponse:
    """One move of many matters, as one set of commands; what it asks is asked once."""
    name = request.POST.get("move", "")
    ids = _ids(request.POST.getlist("matter"))
    back = next_of(request, reverse("matters"))
    if name == "assign":
        chosen = "&".join(f"matter={key}" for key in ids)
        return redirect(
            reverse("matter-send", args=[ids[0]]) if len(ids) == 1
            else f"{reverse('matters-sending')}?{chosen}"
        )  # fmt: skip
    if name == "join" and len(ids) == 1:
        return redirect(f"{reverse('matter-move', args=[ids[0], 'join'])}")
    if name not in asking.TOGETHER | {"join"}:
        raise Refused(_("This cannot be done with many matters at once. Open them one by one."))
    data = _joint(name, request, ids)
    needs = MOVES[name].needs - set(data)
    if needs and name != "join":
        return _ask_together(request, name, ids, back, is_sent=request.POST.get("asked") == "1")
    answers = _send_set(request, name, ids, data)
    tell(request, answers)
    return redirect(back)


def _ids(said: Iterable[str]) -> list[UUID]:
    found = []
    for text in said:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    if not found:
        raise Refused(_("Choose at least one matter first."))
    if len(found) > MOST_AT_ONCE:
        raise Refused(_("At most %(n)s matters at once. Choose fewer.") % {"n": MOST_AT_ONCE})
    return list(dict.fromkeys(found))


def _joint(name: str, request: SignedInRequest, ids: list[UUID]) -> dict[str, Any]:
    if name != "join":
        return asking.data_of(name, request.POST)
    return {"other": str(_oldest(ids))}


def _oldest(ids: list[UUID]) -> UUID:
    """Of matters that are merged the first one stays: its reporter has waited longest."""
    first = Matter.objects.filter(pk__in=ids).order_by("received_at", "pk").first()
    if first is None:
        raise Http404
    return first.pk


def _send_set(
    request: SignedInRequest, name: str, ids: list[UUID], data: dict[str, Any]
) -> list[Answer]:
    batch = key_of(request.POST.get("batch", ""))
    at = timezone.now()
    wanted = [key for key in ids if str(key) != data.get("other")]
    return apply(
        [Command(of_batch(batch, key), name, key, at, _seen(request, key), data) for key in wanted]
    )


def _seen(request: HttpRequest, key: UUID) -> int | None:
    said = request.POST.get(f"seen.{key}", "")
    return int(said) if said.isdigit() else None


def _ask_together(
    request: SignedInRequest, name: str, ids: list[UUID], back: str, *, is_sent: bool
) -> HttpResponse:
    found, numbers = loading.facts(ids, lock=False)
    lacking = {part: _("Add this.") for part in MOVES[name].needs if not request.POST.get(part)}
    context = {
        "move": MOVES[name],
        "widgets": asking.fields(name, None, None, request.POST.dict(), lacking if is_sent else {}),
        "lines": [
            {
                "id": key,
                "number": numbers[key],
                "kind": labels.kind_label(found[key].pack, found[key].kind),
                "seen": request.POST.get(f"seen.{key}", ""),
            }
            for key in ids
            if key in found
        ],
        "batch": request.POST.get("batch") or uuid7(),
        "next": back,
    }
    return show(request, "matters/together.html", context, status=422 if is_sent else 200)
