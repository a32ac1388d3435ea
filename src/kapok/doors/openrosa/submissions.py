"""What a telephone sends back: one filled-in form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from kapok.doors.openrosa import xforms
from kapok.doors.openrosa.questions import (
    ADDRESS,
    ANSWERS,
    MEDIA,
    NAME,
    PHONE,
    PHOTO,
    SPOT,
    WHY,
    WORDS,
)
from kapok.errors import Refused
from kapok.packs.schema import Form

MOST_BYTES = 1 << 20
LONGEST_ID = 200


@dataclass(frozen=True)
class Submission:
    """A filled-in form.

    Attributes
    ----------
    key
        Its ``instanceID``: the same form sent again is the same report.
    values
        Answers by the name of their question, those of the kind's own form in ``answers``.
    """

    kind: str
    version: str
    key: str
    values: dict[str, str]
    answers: dict[str, str] = field(default_factory=dict)


def read(xml: bytes) -> Submission:
    """Read a form. Raises ``Refused`` with what is wrong with it."""
    if len(xml) > MOST_BYTES:
        raise Refused(_("The form is too long."))
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise Refused(_("The form is no XML that can be read.")) from None
    kind = xforms.kind_of(root.get("id", ""))
    if kind is None:
        raise Refused(_("This is none of our forms. Load the list of forms anew."))
    key = next((each.text for each in root.iter() if _name(each) == "instanceID"), None)
    if not key or len(key) > LONGEST_ID:
        raise Refused(_("The form has no instanceID."))
    found = Submission(kind, root.get("version", "")[:40], key, {})
    for node in root:
        if _name(node) == ANSWERS:
            found.answers.update(_texts(node))
        elif node.text and node.text.strip():
            found.values[_name(node)] = node.text.strip()
    return found


def _texts(parent: Element) -> Iterator[tuple[str, str]]:
    for node in parent:
        if node.text and node.text.strip():
            yield _name(node), node.text.strip()


def _name(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]


def media(found: Submission, form: Form) -> dict[str, str]:
    """The files that the form names, by their names, with the question that each answers."""
    named = {
        answer: each.name
        for each in form.fields
        if each.type in MEDIA and (answer := found.answers.get(each.name))
    }
    if PHOTO in found.values:
        named.setdefault(found.values[PHOTO], PHOTO)
    return named


def said(found: Submission, form: Form, files: dict[str, str]) -> dict[str, Any]:
    """What the form reports. ``files`` are the keys of the files by the names in the form."""
    answers: dict[str, Any] = dict(found.answers)
    for each in form.fields:
        if each.type in MEDIA and each.name in answers:
            answers[each.name] = [files[answers[each.name]]]
    report: dict[str, Any] = {
        "kind": found.kind,
        "why": found.values.get(WHY, "")[:60],
        "answers": answers,
        "text": found.values.get(WORDS, ""),
        "address": found.values.get(ADDRESS, "")[:200],
        "files": sorted(set(files.values())),
        "form_version": found.version,
        "contact": {
            "phone": found.values.get(PHONE, "")[:40],
            "name": found.values.get(NAME, "")[:100],
        },
    }
    return report | _spot(found.values.get(SPOT, ""))


def _spot(text: str) -> dict[str, float]:
    """ODK's “lat lon altitude accuracy”."""
    parts = text[:100].split()
    if len(parts) < 2:
        return {}
    try:
        return {"lat": float(parts[0]), "lon": float(parts[1])}
    except ValueError:
        raise Refused(_("The position is none: “%(text)s”.") % {"text": text[:40]}) from None
