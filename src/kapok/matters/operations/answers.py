"""What was answered to commands: kept, so that the same one gets the same answer again."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kapok.matters.engine.facts import Answer, Command, Status
from kapok.matters.models import CommandEntry


def own_answer(command: Command, answer: Answer, commands: Sequence[Command]) -> Answer:
    """The answer, unless the set itself uses one identifier for two different commands."""
    first = next(each for each in commands if each.id == command.id)
    if first is command or digest(first) == digest(command):
        return answer
    return Answer(command.id, Status.REFUSED, command.matter, _used_for_something_else())


def _used_for_something_else() -> str:
    return _("This identifier was used for something else. Send it again under a new one.")


def known(commands: Sequence[Command], owner: UUID, at: datetime) -> dict[UUID, Answer]:
    """Answers that were given before. The rows of new ones are put first: a second batch with the
    same command waits for this one's end, and then finds its answer.
    """
    entries = {
        command.id: CommandEntry(
            id=command.id,
            digest=digest(command),
            account=owner,
            received_at=at,
            status=CommandEntry.Status.TAKEN,
            answer={},
        )
        for command in reversed(commands)  # of two with one identifier the first one counts
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO matters_commandentry (id, digest, account, received_at, status, answer)
            SELECT id, digest, %s, %s, 'TAKEN', '{}'
            FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (id, digest) ORDER BY id
            ON CONFLICT (id) DO NOTHING RETURNING id
            """,
            [owner, at, list(entries), [entry.digest for entry in entries.values()]],
        )
        mine = {key for (key,) in cursor.fetchall()}
    old = [key for key in entries if key not in mine]
    if not old:
        return {}
    stored = {entry.pk: entry for entry in CommandEntry.objects.filter(pk__in=old)}
    return {key: _again(key, entries[key], stored.get(key), commands) for key in old}


def _again(
    key: UUID, sent: CommandEntry, stored: CommandEntry | None, commands: Sequence[Command]
) -> Answer:
    """The answer that was given before, if it is the same command of the same sender."""
    matter = next(command.matter for command in commands if command.id == key)
    if stored is None or bytes(stored.digest) != bytes(sent.digest):
        return Answer(key, Status.REFUSED, matter, _used_for_something_else())
    return answer_of(key, stored.answer)


def digest(command: Command) -> bytes:
    """SHA-256 of what a command asks for."""
    content = {"move": command.move, "matter": str(command.matter), "data": command.data}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def answer_of(key: UUID, stored: dict[str, Any]) -> Answer:
    """A stored answer."""
    return Answer(
        key,
        Status(stored["status"]),
        UUID(stored["matter"]),
        stored["sentence"],
        stored["state"],
        stored["version"],
        stored["number"],
    )


def stored(answer: Answer) -> dict[str, Any]:
    """An answer as it is kept and sent."""
    return {
        "id": str(answer.id),
        "status": answer.status,
        "matter": str(answer.matter),
        "sentence": answer.sentence,
        "state": answer.state,
        "version": answer.version,
        "number": answer.number,
        "faults": dict(answer.faults),
    }
