"""What a set of commands did is written, with the answers, in a few statements for all of it."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.models import CommandEntry
from kapok.matters.operations import attaching, telling, writing
from kapok.matters.operations.answers import stored
from kapok.matters.operations.batch import Batch
from kapok.matters.operations.entries import write_entries, write_reports


def store(
    batch: Batch,
    commands: Sequence[Command],
    answers: dict[UUID, Answer],
    device: UUID | None,
) -> None:
    """Write what the set did, and the answers; what was refused may be sent again."""
    new = [key for key in batch.after if key not in batch.before]
    batch.numbers |= writing.insert_matters([batch.after[key] for key in new])
    there = {key: facts for key, facts in batch.after.items() if key in batch.before}
    writing.write_matters(batch.before, there)
    writing.write_clocks(batch.before, batch.after)
    write_reports(batch.effects, now=batch.now)
    write_entries(batch.effects, device=device, now=batch.now)
    attaching.attach(batch.effects, now=batch.now)
    batch.units.write(now=batch.now)
    telling.tell(batch.effects, batch.numbers, now=batch.now)
    _keep_answers(batch, commands, answers)
    if batch.effects:
        changed = dict.fromkeys(effect.matter.id for effect, _actor in batch.effects)
        telling.announce([batch.after[key] for key in changed])


def _keep_answers(batch: Batch, commands: Sequence[Command], answers: dict[UUID, Answer]) -> None:
    taken: list[Answer] = []
    refused: list[Answer] = []
    for command in commands:
        answer = answers[command.id]
        if answer.status == Status.TAKEN and answer.number is None:
            facts = batch.after.get(command.matter)
            answer = replace(
                answer,
                number=batch.numbers.get(command.matter),
                state=facts.state if facts else answer.state,
            )
            answers[command.id] = answer
        (taken if answer.status == Status.TAKEN else refused).append(answer)
    fresh = {effect.event.id for effect, _actor in batch.effects}
    writing.update(
        CommandEntry,
        [{"id": answer.id, "answer": stored(answer)} for answer in taken if answer.id in fresh],
    )
    # What was refused leaves no row: it may be corrected and sent under the same identifier.
    if refused:
        keys = [answer.id for answer in refused]
        CommandEntry.objects.filter(pk__in=keys, answer={}).delete()
