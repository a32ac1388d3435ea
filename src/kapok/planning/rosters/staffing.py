"""People of the town come into the situation of a roster."""

from collections.abc import Sequence
from typing import Any

from kapok.planning.planner import Document, Member

RAREST_FIRST = ("police", "health", "community", "volunteers")


def staffed_document(document: Document, members: Sequence[Member]) -> dict[str, Any]:
    """The document with these people; who is in it by key or name stays, and gets the key.

    Whoever may work for several parties stands for the one that is hardest to find.
    """
    by_key = {member.worker: member for member in members}
    by_name = {member.name: member for member in members}
    people, taken = [], set()
    for row in document.get("people") or ():
        found = by_key.get(row.get("worker", "")) or by_name.get(row.get("person", ""))
        if found is not None and found.worker not in taken:
            taken.add(found.worker)
            people.append({**row, "worker": found.worker})
        else:
            people.append(dict(row))
    people += [_row(member) for member in members if member.worker not in taken]
    return {**document, "people": people}


def _row(member: Member) -> dict[str, str]:
    parties = [party for party in RAREST_FIRST if party in member.parties]
    row = {"person": member.name, "party": parties[0] if parties else member.parties[0]}
    if member.skills:
        row["skills"] = "; ".join(member.skills)
    return {**row, "worker": member.worker}
