"""YAML read value by value: each knows its line, words stay words, and what is unknown is refused.

``08:00`` is a text here, not the number 480 that YAML would make of it.
"""

import difflib
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from kapok.errors import Refused

LARGEST_BYTES = 1_000_000
MIN_IN_H = 60


def read_document(path: Path) -> "Part":
    """Read a file. Raises ``Refused`` where it is no YAML, or no mapping."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise Refused(f"{path} is over 1 MB, which no description of a site is.")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise Refused(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise Refused(f"{path} is a folder; name a file in it.") from None
    except UnicodeDecodeError:
        raise Refused(f"{path} is not text in UTF-8; save it as UTF-8.") from None
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from None
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Refused(f"{path}, line {line}: this is not YAML ({error.problem}).") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused(f"{path} is not YAML: {error}") from None
    if node is None:
        raise Refused(f"{path} is empty.")
    return Part(str(path), node, "")


class Part:
    """A mapping of the document. What is asked for is noted; the rest is refused in the end."""

    def __init__(self, file: str, node: yaml.Node, where: str) -> None:
        self.file, self.node, self.where = file, node, where
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(node, "must be a mapping, as “name: value”")
        self._asked: set[str] = set()
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in self._values:
                raise self.wrong(key, f"“{name}” is given twice")
            self._values[name] = value

    def wrong(self, node: yaml.Node, what: str) -> Refused:
        """The refusal that names file, line and place."""
        place = f", {self.where}" if self.where else ""
        return Refused(f"{self.file}, line {node.start_mark.line + 1}{place}: {what}.")

    def has(self, name: str) -> bool:
        """Whether a value is given."""
        self._asked.add(name)
        return name in self._values

    def _node(self, name: str) -> yaml.Node:
        self._asked.add(name)
        if name not in self._values:
            raise self.wrong(self.node, f"“{name}” is missing")
        return self._values[name]

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A word or a sentence."""
        if otherwise is not None and not self.has(name):
            return otherwise
        return self._plain(self._node(name), name)

    def _plain(self, node: yaml.Node, name: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(node, f"“{name}” must be one value")
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
        try:
            value = float(text)
        except ValueError:
            raise self.wrong(node, f"“{name}” is “{text}”, which is no number") from None
        if not math.isfinite(value):
            raise self.wrong(node, f"“{name}” must be finite")
        if value < low or (over and value <= low):
            words = "over" if over else "at least"
            raise self.wrong(node, f"“{name}” is {text}; it must be {words} {low:g}")
        if value > most:
            raise self.wrong(node, f"“{name}” is {text}; it must be at most {most:,g}")
        if whole and value != int(value):
            raise self.wrong(node, f"“{name}” is {text}; it must be a whole number")
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
            raise self.wrong(node, f"“{name}” is an empty list")
        return tuple(self._number(item, name, 0.0, most, whole=whole) for item in each)

    def is_list(self, name: str) -> bool:
        """Whether a value is a list."""
        return self.has(name) and isinstance(self._values[name], yaml.SequenceNode)

    def moment(self, name: str) -> float:
        """A time of day as 08:30, in minutes after midnight."""
        node = self._node(name)
        text = self._plain(node, name)
        hours, colon, minutes = text.partition(":")
        if not (colon and hours.isdecimal() and minutes.isdecimal() and len(minutes) == 2):
            raise self.wrong(node, f"“{name}” is “{text}”; write a time as 08:30")
        value = int(hours) * MIN_IN_H + int(minutes)
        if int(minutes) >= MIN_IN_H or value > 24 * MIN_IN_H:
            raise self.wrong(node, f"“{name}” is “{text}”, which no clock shows")
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
            raise self.wrong(node, f"“{name}” must be a list")
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
                hint = f"; “{near[0]}” is meant?" if near else ""
                known = ", ".join(sorted(self._asked))
                raise self.wrong(node, f"“{name}” is not known here{hint} (known: {known})")
