"""Somebody is ill: the situation of a roster that runs, with as few changes as can be."""

from typing import Any

from kapok.errors import Refused
from kapok.planning.planner import Document, Sent
from kapok.planning.rosters.cells import day_from
from kapok.words import gettext as _


def mended_document(document: Document, plan: Document, sent: Sent) -> dict[str, Any]:
    """The situation with the running roster and who cannot come, from when to when.

    Who was absent before stays on leave. Several people are told by several ``person``, ``from``
    and ``to``.
    """
    texts = [sent.texts.get(name) or () for name in ("person", "from", "to")]
    absent = [
        {"person": person.strip(), "from": first.strip(), "to": (last or first).strip()}
        for person, first, last in zip(*texts, strict=False)
        if person.strip()
    ]
    if not absent:
        raise Refused(_("Say who cannot come, and from which day to which."))
    for entry in absent:
        if day_from(entry["from"]) is None or day_from(entry["to"]) is None:
            raise Refused(_("Say from which day to which %(name)s cannot come.") % {
                "name": entry["person"]
            })  # fmt: skip
    known = {str(row.get("person", "")) for row in document.get("people") or ()}
    if unknown := [entry["person"] for entry in absent if entry["person"] not in known]:
        raise Refused(
            _("“%(name)s” is none of the people; choose one of the list.") % {"name": unknown[0]}
        )
    before = (document.get("mending") or {}).get("absent") or []
    mending = {"absent": absent, "today": sent.text("today"), "codes": plan["codes"]}
    return {
        **document,
        "leave": [*(document.get("leave") or ()), *before],
        "mending": mending,
    }
