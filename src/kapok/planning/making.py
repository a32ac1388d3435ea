"""Making a plan in a process of its own, so that pages and clocks are not held up."""

import multiprocessing
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from kapok import words
from kapok.engines.choosing import of_box, opened
from kapok.engines.versions import versions
from kapok.errors import Refused
from kapok.planning.documents import fingerprint
from kapok.planning.planner import Ask, Document, Figure, Section
from kapok.planning.planners import planner_of
from kapok_planning.spreading import Spread

POLL_S = 0.25
END_S = 10
STOP, LOST = "stop", "lost"


@dataclass(frozen=True)
class Order:
    """What is to be planned; equal orders give equal plans."""

    kind: str
    situation: Document
    seed: int
    budget: str
    language: str = "zh-hans"


@dataclass(frozen=True)
class Said:
    """What a plan says of itself, in one language."""

    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Made:
    """A plan, what it says in each language, and what it was made with."""

    result: dict[str, Any]
    result_sha256: str
    said: dict[str, Said]
    finished: bool
    versions: dict[str, str] = field(default_factory=dict)


class Lost(Exception):
    """The process that planned ended without a word."""


def make(
    order: Order,
    *,
    spread: Spread,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> Made:
    """Plan here. Raises ``Refused`` where the situation cannot be."""
    planner = planner_of(order.kind)
    stopped = False

    def stop() -> bool:
        nonlocal stopped
        stopped = stopped or should_stop()
        return stopped

    with words.said_in(order.language):
        situation = planner.read(order.situation)
        ask = Ask(order.seed, order.budget, spread, on_progress, stop)
        plan = planner.plan(situation, ask)
    result = planner.dump(plan)
    return Made(
        result=result,
        result_sha256=fingerprint(order.kind, result),
        said=said(order.kind, situation, plan),
        finished=not stopped,
        versions=dict(versions()),
    )


def said(kind: str, situation: Any, plan: Any) -> dict[str, Said]:
    """What a plan says of itself, in each language of Kapok."""
    planner, found = planner_of(kind), {}
    for language in words.LANGUAGES:
        with words.said_in(language):
            found[language] = Said(
                figures=tuple(planner.figures(situation, plan)),
                sections=tuple(planner.explain(situation, plan)),
                broken=tuple(planner.check(situation, plan)),
            )
    return found


def make_apart(
    order: Order,
    *,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> Made:
    """Plan in another process and wait for it, asking ``should_stop`` several times a second.

    Raises ``Refused`` as :func:`make` does, and :class:`Lost` where the process is killed.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, order), daemon=True)
    process.start()
    there.close()
    try:
        return _listen(here, on_progress, should_stop)
    finally:
        here.close()
        process.join(END_S)
        if process.is_alive():
            process.kill()
            process.join()


def _listen(
    here: Connection,
    on_progress: Callable[[int, int], None],
    should_stop: Callable[[], bool],
) -> Made:
    has_stopped = False
    while True:
        if not has_stopped and should_stop():
            has_stopped = True
            with suppress(OSError):
                here.send(STOP)
        if not here.poll(POLL_S):
            continue
        try:
            what, value = here.recv()
        except EOFError:
            raise Lost from None
        if what == "made":
            return value
        if what == "refused":
            raise Refused(value)
        on_progress(*value)


def _work(there: Connection, order: Order) -> None:
    """The other process: it hears of a stop between two parts, and ends with its parent."""

    def should_stop() -> bool:
        try:
            return there.poll() and there.recv() == STOP
        except EOFError:
            os._exit(1)

    def on_progress(done: int, total: int) -> None:
        there.send(("progress", (done, total)))

    try:
        with words.said_in(order.language), opened(of_box(os.environ)) as spread:
            made = make(order, spread=spread, on_progress=on_progress, should_stop=should_stop)
    except Refused as refusal:
        there.send(("refused", str(refusal)))
    except (
        Exception
    ) as error:  # a fault: where it is goes to the log, the values of the situation do not
        sys.stderr.write(f"{_where(error)}\n")
    else:
        there.send(("made", made))


def _where(error: Exception) -> str:
    """Where a fault happened and of what kind it was, not what it said."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f'  File "{each.filename}", line {each.lineno}, in {each.name}' for each in frames]
    return "\n".join(["A plan could not be made:", *lines, type(error).__qualname__])


def as_json(said: Said) -> dict[str, Any]:
    """For the database."""
    return asdict(said)


def from_json(stored: dict[str, Any]) -> Said:
    """From the database."""
    return Said(
        figures=tuple(Figure(**each) for each in stored["figures"]),
        sections=tuple(
            Section(each["head"], tuple(each["lines"]), each["tone"]) for each in stored["sections"]
        ),
        broken=tuple(stored["broken"]),
    )
