"""Answers of GeoReport in JSON and XML, errors included, as the standard writes them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

TYPES = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# How the members of a list are called inside it.
MEMBERS = {
    "services": "service",
    "requests": "request",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "errors": "error",
    "changesets": "changeset",
    "endpoints": "endpoint",
    "formats": "format",
}


@dataclass
class Error(Exception):
    """What cannot be answered, with the status that the standard has for it."""

    status: int
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def answer(form: str, name: str, body: Any, *, status: int = 200) -> HttpResponse:
    """A list or an object under its name; JSON has no outermost name."""
    if form == "xml":
        root = ElementTree.Element(name)
        _fill(root, name, body)
        text = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
        return HttpResponse(text, content_type=TYPES["xml"], status=status)
    text = json.dumps(body, ensure_ascii=False).encode()
    return HttpResponse(text, content_type=TYPES["json"], status=status)


def errors(form: str, found: Sequence[Error]) -> HttpResponse:
    """Errors, with the status of the first."""
    body = [{"code": each.status, "description": each.sentence} for each in found]
    return answer(form if form in TYPES else "json", "errors", body, status=found[0].status)


def _fill(node: ElementTree.Element, name: str, value: Any) -> None:
    if isinstance(value, list):
        for each in value:
            _fill(ElementTree.SubElement(node, MEMBERS.get(name, "item")), "", each)
    elif isinstance(value, dict):
        for key, each in value.items():
            _fill(ElementTree.SubElement(node, key), key, each)
    elif isinstance(value, bool):
        node.text = "true" if value else "false"
    elif value is not None:
        node.text = NOT_IN_XML.sub("\ufffd", str(value))
