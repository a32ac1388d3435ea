"""YAML read value by value: each knows its line, words stay words, and what is unknown is refused.

``08:00`` is a text here, not the number 480 that YAML would make of it.
"""

import difflib
import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from kapok.errors import Refused
from kapok.planning.plain_yaml import PlainLoader
from kapok.words import gettext as _
from kapok.words import listed

LARGEST_BYTES = 1_000_000
MIN_IN_H = 60
MOST_DIGITS = 18
PAIRS = re.compile(r"\\u(d[89ab]..)\\u(d[c-f]..)")


def read_document(path: Path) -> "Part":
    """Read a file. Raises ``Refused`` where it is no YAML, or no mapping."""
    file = {"file": path}
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Refused(_("%(file)s is over 1 MB, which no description of a site is.") % file)
        content = path.read_bytes()
    except FileNotFoundError:
        raise Refused(_("There is no file %(file)s.") % file) from None
    except IsADirectoryError:
        raise Refused(_("%(file)s is a folder; name a file in it.") % file) from None
    except OSError as error:
        raise Refused(f"{path}: {error.strerror}.") from None
    return parse(str(path), content)


def parse(name: str, content: bytes) -> "Part":
    """Read the content of a file. Raises ``Refused`` where it is no YAML, or no mapping."""
    file = {"file": name}
    if len(content) > LARGEST_BYTES:
        raise Refused(_("%(file)s is over 1 MB, which no description of a site is.") % file)
    try:
        node = yaml.compose(content.decode("utf-8-sig"), Loader=PlainLoader)
    except UnicodeDecodeError:
        raise Refused(_("%(file)s is not text in UTF-8; save it as UTF-8.") % file) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = {**file, "line": mark.line + 1 if mark else 1, "problem": error.problem}
        sentence = _("%(file)s, line %(line)d: this is not YAML (%(problem)s).")
        raise Refused(sentence % at) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(_("%(file)s is not YAML: %(problem)s") % {**file, "problem": error}) from None
    if node is None:
        raise Refused(_("%(file)s is empty.") % file)
    return Part(name, node, "")


def part_of(document: Mapping[str, Any]) -> "Part":
    """A document that came from a page or the database; what is wrong is told without lines."""
    text = PAIRS.sub(_one_sign, json.dumps(document))
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError):
        raise Refused(_("Some name of the situation is too long to be read. Shorten it.")) from None
    if node is None:
        raise Refused(_("%(file)s is empty.") % {"file": _("The situation")})
    return Part("", node, "")


def _one_sign(pair: re.Match[str]) -> str:
    """Two halves of a sign, as JSON escapes it, as the one escape that YAML knows."""
    both = bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be")
    return f"\\U{ord(both):08x}"


def plain(part: "Part") -> dict[str, Any]:
    """The whole document as texts, lists and mappings."""
    found = _plain(part.node)
    return found if isinstance(found, dict) else {}


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(each) for each in node.value]
    return _value(node)


def _value(node: yaml.Node) -> Any:
    """Numbers as numbers, the rest as it is written."""
    text = str(node.value)
    if node.tag == "tag:yaml.org,2002:int" and text.isdecimal() and len(text) <= MOST_DIGITS:
        return int(text)
    if node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
        try:
            return float(text) if math.isfinite(float(text)) else text
        except ValueError:
            return text
    return text


class Part:
    """A mapping of the document. What is asked for is noted; the rest is refused in the end."""

    def __init__(self, file: str, node: yaml.Node, where: str) -> None:
        self.file, self.node, self.where = file, node, where
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, _("must be a mapping, as “name: value”"))
        self._asked: set[str] = set()
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in self._values:
                raise self.wrong(key, _("“%(name)s” is given twice") % {"name": name})
            self._values[name] = value

    def wrong(self, node: yaml.Node, what: str) -> Refused:
        """The refusal that names file, line and place."""
        place = [self.where] if self.where else []
        if self.file:
            line = _("line %(line)d") % {"line": node.start_mark.line + 1}
            place = [self.file, line, *place]
        return Refused(
            _("%(place)s: %(what)s.") % {"place": listed(place), "what": what}
            if place
            else _("%(what)s.") % {"what": what}
        )

    def has(self, name: str) -> bool:
        """Whether a value is given."""
        self._asked.add(name)
        return name in self._values

    def _node(self, name: str) -> yaml.Node:
        self._asked.add(name)
        if name not in self._values:
            raise self.wrong(self.node, _("“%(name)s” is missing") % {"name": name})
        return self._values[name]

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A word or a sentence."""
        if otherwise is not None and not self.has(name):
            return otherwise
        return self._plain(self._node(name), name)

    def _plain(self, node: yaml.Node, name: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, _("“%(name)s” must be one value") % {"name": name})
        return str(node.value).strip()

    def number(
        self,
        name: str,
        otherwise: float | None = None,
        *,
        low: float = 0.0,
        most: float = 1e6,
        over: bool = False,
        whole: bool = False,
    ) -> float:
        """A number from (or ``over``) ``low`` to ``most``."""
        if otherwise is not None and not self.has(name):
            return otherwise
        node = self._node(name)
        return self._number(node, name, low, most, over=over, whole=whole)

    def _number(
        self,
        node: yaml.Node,
        name: str,
        low: float,
        most: float,
        *,
        over: bool = False,
        whole: bool = False,
    ) -> float:
        text = self._plain(node, name)
        said = {"name": name, "text": text, "low": f"{low:g}", "most": f"{most:,g}"}
        try:
            value = float(text)
        except ValueError:
            sentence = _("“%(name)s” is “%(text)s”, which is no number")
            raise self.wrong(node, sentence % said) from None
        if not math.isfinite(value):
            raise self.wrong(node, _("“%(name)s” must be finite") % said)
        if over and value <= low:
            raise self.wrong(node, _("“%(name)s” is %(text)s; it must be over %(low)s") % said)
        if value < low:
            sentence = _("“%(name)s” is %(text)s; it must be at least %(low)s")
            raise self.wrong(node, sentence % said)
        if value > most:
            sentence = _("“%(name)s” is %(text)s; it must be at most %(most)s")
            raise self.wrong(node, sentence % said)
        if whole and value != int(value):
            sentence = _("“%(name)s” is %(text)s; it must be a whole number")
            raise self.wrong(node, sentence % said)
        return value

    def numbers(
        self,
        name: str,
        otherwise: tuple[float, ...] | None = None,
        *,
        most: float = 1e6,
        whole: bool = False,
    ) -> tuple[float, ...]:
        """A list of numbers, or one number alone."""
        if otherwise is not None and not self.has(name):
            return otherwise
        node = self._node(name)
        each = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not each:
            raise self.wrong(node, _("“%(name)s” is an empty list") % {"name": name})
        return tuple(self._number(item, name, 0.0, most, whole=whole) for item in each)

    def is_list(self, name: str) -> bool:
        """Whether a value is a list."""
        return self.has(name) and isinstance(self._values[name], yaml.SequenceNode)

    def moment(self, name: str) -> float:
        """A time of day as 08:30, in minutes after midnight."""
        node = self._node(name)
        text = self._plain(node, name)
        said = {"name": name, "text": text}
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
            raise self.wrong(node, _("“%(name)s” is “%(text)s”; write a time as 08:30") % said)
        value = int(hours) * MIN_IN_H + int(minutes)
        if int(minutes) >= MIN_IN_H or value > 24 * MIN_IN_H:
            raise self.wrong(node, _("“%(name)s” is “%(text)s”, which no clock shows") % said)
        return float(value)

    def words(self, name: str) -> tuple[str, ...]:
        """A list of words; empty where not given."""
        if not self.has(name):
            return ()
        node = self._values[name]
        each = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple(self._plain(item, name) for item in each)

    def part(self, name: str) -> "Part":
        """A mapping in this one."""
        return Part(self.file, self._node(name), f"{self.where} → {name}".removeprefix(" → "))

    def parts(self, name: str) -> list["Part"]:
        """A list of mappings; empty where not given."""
        if not self.has(name):
            return []
        node = self._values[name]
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(node, _("“%(name)s” must be a list") % {"name": name})
        at = f"{self.where} → {name}".removeprefix(" → ")
        return [Part(self.file, item, f"{at} {i}") for i, item in enumerate(node.value, 1)]

    def items(self) -> Iterator[tuple[str, Any]]:
        """All names, in the order of the file."""
        for name in self._values:
            self._asked.add(name)
            yield name, self._values[name]

    def refuse_the_rest(self) -> None:
        """Refuse names that nobody asked for, with the nearest that is known."""
        for name, node in self._values.items():
            if name not in self._asked:
                near = difflib.get_close_matches(name, sorted(self._asked), 1)
                said = {"name": name, "known": listed(sorted(self._asked))}
                sentence = _("“%(name)s” is not known here (known: %(known)s)")
                if near:
                    said["near"] = near[0]
                    sentence = _(
                        "“%(name)s” is not known here; “%(near)s” is meant? (known: %(known)s)"
                    )
                raise self.wrong(node, sentence % said)
