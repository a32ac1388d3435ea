"""From YAML to plain values that remember their lines, by YAML 1.2's rules and without surprises.

Words stay words: ``no``, ``21:00`` and ``2021-06-12`` are texts here, which the schema reads.
Nothing is built from tags, keys are never given twice, and what is referred to by an anchor counts
each time, so that no small file becomes a great one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from django.utils.translation import gettext as _

LARGEST_BYTES = 1_000_000
MOST_VALUES = 100_000
DEEPEST = 40
INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
DECIMAL = re.compile(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
NULLS = frozenset({"", "~", "null"})
LITERALS = {"true": True, "false": False}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong at a line, and what to do."""

    line: int
    sentence: str
    where: str = ""

    def __str__(self) -> str:
        return _("Line %(line)s: %(sentence)s") % {"line": self.line, "sentence": self.sentence}


class Unreadable(Exception):
    """The text is no YAML that can be used; it carries the one fault that stopped the reading."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(line, sentence)


@dataclass(frozen=True)
class Node:
    """A value with its line. Of a mapping: nodes by key; of a list: nodes; else a plain value."""

    line: int
    value: Any
    size: int = 1

    def at(self, path: tuple[Any, ...]) -> "Node":
        """The node that a path leads to, or the last one on the way."""
        node = self
        for step in path:
            inside = node.value
            is_there = isinstance(inside, dict) and step in inside
            if isinstance(inside, list) and isinstance(step, int):
                is_there = step < len(inside)
            if is_there:
                node = inside[step]
        return node

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def text_of(data: bytes | str) -> str:
    """The text of a file, which is UTF-8; :class:`Unreadable` where it is not, or too long."""
    n_bytes = len(data) if isinstance(data, bytes) else len(data.encode("utf-8", "replace"))
    if n_bytes > LARGEST_BYTES:
        raise Unreadable(
            1,
            _("The file is too large: a pack has at most %(n)s MB of text.")
            % {"n": LARGEST_BYTES // 1_000_000},
        )
    text = data if isinstance(data, str) else _decoded(data)
    for n, line in enumerate(text.split("\n"), 1):
        if found := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", line):
            raise Unreadable(
                n,
                _("There is a control character (%(code)s) here. Delete it.")
                % {"code": f"U+{ord(found[0]):04X}"},
            )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(1, _("The file is written in UTF-16. Save it as UTF-8."))
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        raise Unreadable(line, _("This is not text in UTF-8. Save the file as UTF-8.")) from None
    raise Unreadable(line, _("The file seems to be written in GB18030 (GBK). Save it as UTF-8."))


def node_of(text: str) -> tuple[Node, list[Fault]]:
    """The tree of a YAML document and what is wrong with keys in it."""
    reader = _Reader(_events(text))
    return reader.document(), reader.faults


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Unreadable(line, _unread(text, line, str(error.problem))) from None
    except yaml.YAMLError as error:
        raise Unreadable(1, _("This is no YAML: %(reason)s.") % {"reason": error}) from None


def _unread(text: str, line: int, problem: str) -> str:
    around = text.split("\n")[max(0, line - 2) : line]
    if any(re.match(r" *\t", row) for row in around):
        return _("A tab stands at the beginning of the line. Indent with spaces.")
    return _(
        "This cannot be read as YAML (%(problem)s). Look at the indent, and put words with a colon "
        "or a bracket in quotes."
    ) % {"problem": problem}


class _Reader:
    """Builds nodes from the parser's events, counting what it builds."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events, self.depth, self.n_values = events, 0, 0
        self.anchors: dict[str, Node | None] = {}
        self.faults: list[Fault] = []

    def document(self) -> Node:
        for event in self.events:
            if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent):
                break
        else:
            raise Unreadable(1, _("The file is empty. Write a pack into it."))
        if isinstance(event, yaml.StreamEndEvent):
            raise Unreadable(1, _("The file is empty. Write a pack into it."))
        node = self.node(event)
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                line = _line(event)
                raise Unreadable(line, _("A second document begins here. A file holds one pack."))
        return node

    def node(self, event: yaml.Event) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor), line)
        tag = getattr(event, "tag", None)
        if tag not in {None, "!", "tag:yaml.org,2002:str"}:
            raise Unreadable(line, _("Tags such as %(tag)s are not allowed.") % {"tag": tag})
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = None  # not ready: it may not hold itself
        node = self.collection(event, line)
        if anchor:
            self.anchors[anchor] = node
        return node

    def collection(self, event: yaml.Event, line: int) -> Node:
        self.count(1, line)
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.implicit[0] and event.style in {None, ""}
            return Node(line, _scalar(event.value) if is_plain else event.value)
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(line, _("Too many levels stand in each other here. Make it flatter."))
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        node = self.mapping(line) if is_mapping else self.sequence(line)
        self.depth -= 1
        return node

    def sequence(self, line: int) -> Node:
        items = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.node(event))
        return Node(line, items, 1 + sum(item.size for item in items))

    def mapping(self, line: int) -> Node:
        items: dict[str, Node] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event)
            key_line = _line(event)
            node = self.node(next(self.events))
            if key in items:
                self.faults.append(
                    Fault(
                        key_line,
                        _("“%(key)s” was given already in line %(line)s. Delete one of them.")
                        % {"key": key, "line": items[key].line},
                    )
                )
            items[key] = Node(key_line, node.value, node.size)
        return Node(line, items, 1 + sum(item.size for item in items.values()))

    def key(self, event: yaml.Event) -> str:
        line = _line(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise Unreadable(line, _("A key is one word, and then comes a colon."))
        if event.value == "<<" and event.implicit[0]:
            raise Unreadable(line, _("“<<” is not known here. Write the lines out."))
        self.count(1, line)
        return str(event.value)

    def alias(self, name: str, line: int) -> Node:
        node = self.anchors.get(name)
        if node is None:
            raise Unreadable(
                line, _("“*%(name)s” refers to nothing that stands before it.") % {"name": name}
            )
        self.count(node.size, line)
        return node

    def count(self, n: int, line: int) -> None:
        self.n_values += n
        if self.n_values > MOST_VALUES:
            raise Unreadable(
                line,
                _("The pack becomes too large here: more than %(n)s values, repeated ones counted.")
                % {"n": MOST_VALUES},
            )


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(text: str) -> Any:
    """What an unquoted word means."""
    if text in NULLS:
        return None
    if text in LITERALS:
        return LITERALS[text]
    if INTEGER.fullmatch(text):
        return int(text)
    return float(text) if DECIMAL.fullmatch(text) else text
