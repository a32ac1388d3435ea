"""A condition as XPath 1.0 for ODK, true exactly when the condition holds on the server.

In ODK an unanswered question is an empty text and a comparison with it is simply false, so that
``!(answers.age > 5)`` would hold without an age. Therefore each part is written twice: where it is
surely true, and where it is surely false; a part that waits for an answer is neither.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs.conditions.grammar import METHODS, Tree
from kapok.packs.conditions.kinds import BOOL, DATE, DATETIME, LIST, NUMBERS, TEXT, TIME, Known
from kapok.packs.conditions.words import Unfit

Locate = Callable[[str], str]

LONGEST = 20_000
COMPARISONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPPOSITE = {"==": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
ARITHMETIC = {"+": "+", "-": "-", "*": "*", "/": "div", "%": "mod"}
NOW = {
    "date": "string(today())",
    "time": "format-date-time(now(), '%H:%M')",
    "hour": "format-date-time(now(), '%H')",
}


def xpath(
    tree: Tree,
    names: Known,
    *,
    locate: Locate = "/data/{}".format,
    constants: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """The condition for an ODK form.

    Parameters
    ----------
    tree
        A condition that was checked.
    names
        The kinds of values behind the names, as it was checked with.
    locate
        The path of an answer's node, by its name.
    constants
        Values of ``matter`` and ``place`` that are known when the form is served.

    Raises
    ------
    Unfit
        Where ODK cannot know what the condition asks.
    """
    written = _Writer(names, locate, constants or {}).surely(tree, True)
    if len(written) > LONGEST:
        raise Unfit(_("This condition is too long for ODK forms. Split it into two."))
    return written


@dataclass(frozen=True)
class _Writer:
    names: Known
    locate: Locate
    constants: Mapping[str, Mapping[str, Any]]

    def surely(self, tree: Tree, wanted: bool) -> str:
        """Where a part is surely true, or surely false."""
        if "lit" in tree:
            return "true()" if tree["lit"] is wanted else "false()"
        if "var" in tree:
            return self.surely_answer(tree["var"], wanted)
        op, args = tree["op"], tree["args"]
        if op == "!":
            return self.surely(args[0], not wanted)
        if op in {"&&", "||"}:
            joined = "and" if (op == "&&") == wanted else "or"
            return f"({self.surely(args[0], wanted)} {joined} {self.surely(args[1], wanted)})"
        if op == "?:":
            return self.surely_chosen(args, wanted)
        if op == "has":
            return self.surely_there(args[0]["var"], wanted)
        chosen = _lifted(tree)
        if chosen is not None:
            return self.surely_chosen(chosen, wanted)
        if op in COMPARISONS:
            return self.surely_compared(op, args, wanted)
        return self.surely_found(op, args, wanted)

    def surely_chosen(self, args: list[Tree], wanted: bool) -> str:
        condition, then, otherwise = args
        return (
            f"(({self.surely(condition, True)} and {self.surely(then, wanted)}) or "
            f"({self.surely(condition, False)} and {self.surely(otherwise, wanted)}))"
        )

    def surely_answer(self, path: list[str], wanted: bool) -> str:
        if path[0] == "answers":
            return f"{self.locate(path[1])} = '{'yes' if wanted else 'no'}'"
        return "true()" if self.constant(path) is wanted else "false()"

    def surely_there(self, path: list[str], wanted: bool) -> str:
        if path[0] == "answers":
            return f"{self.locate(path[1])} {'!=' if wanted else '='} ''"
        there = path[0] == "now" or self.constant(path) is not None
        return "true()" if there is wanted else "false()"

    def surely_compared(self, op: str, args: list[Tree], wanted: bool) -> str:
        left, right = args
        if self.kind(left) == BOOL:
            same = (op == "==") == wanted
            return (
                f"(({self.surely(left, True)} and {self.surely(right, same)}) or "
                f"({self.surely(left, False)} and {self.surely(right, not same)}))"
            )
        kind = self.kind(left) if "lit" not in left else self.kind(right)
        sign = COMPARISONS[op] if wanted else OPPOSITE[op]
        compared = f"{self.value(left, kind)} {sign} {self.value(right, kind)}"
        return _all([*self.needs(left), *self.needs(right), compared])

    def surely_found(self, op: str, args: list[Tree], wanted: bool) -> str:
        """``in`` and the methods of texts."""
        left, right = args
        if op == "in" and "var" in right:
            return self.surely_among(left["lit"], right["var"], wanted)
        text = self.value(left, self.kind(left))
        if op == "in":
            equal = [f"{text} = {_literal(item)}" for item in right["list"]]
            found = f"({' or '.join(equal)})" if equal else "false()"
        else:
            found = _method(op, text, right["lit"])
        return _all([*self.needs(left), found if wanted else f"not({found})"])

    def surely_among(self, item: Any, path: list[str], wanted: bool) -> str:
        if path[0] == "answers":
            node = self.locate(path[1])
            found = f"contains(concat(' ', {node}, ' '), {_literal(f' {item} ')})"
            return found if wanted else f"not({found})"
        values = self.constant(path)
        known = values is not None and (item in values) is wanted
        return "true()" if known else "false()"

    def needs(self, tree: Tree) -> Iterator[str]:
        """What must be answered before a value can be computed."""
        if "var" in tree:
            path = tree["var"]
            if path[0] == "answers":
                yield f"{self.locate(path[1])} != ''"
            elif path[0] != "now" and self.constant(path) is None:
                yield "false()"
        elif "op" in tree and tree["op"] == "size" and self.kind(tree["args"][0]) == LIST:
            path = tree["args"][0]["var"]
            if path[0] != "answers" and self.constant(path) is None:
                yield "false()"
        elif "op" in tree:
            for arg in tree["args"]:
                yield from self.needs(arg)
            if tree["op"] == "%":
                yield f"{self.value(tree['args'][1])} != 0"

    def value(self, tree: Tree, kind: str = "") -> str:
        """A number, a text or a moment; moments are numbers that grow with them."""
        if "lit" in tree:
            return _literal(tree["lit"], kind)
        if "var" in tree:
            return self.variable(tree["var"])
        op, args = tree["op"], tree["args"]
        if op == "size":
            return self.size(args[0])
        if op == "neg":
            return f"(0 - {self.value(args[0])})"
        return f"({self.value(args[0])} {ARITHMETIC[op]} {self.value(args[1])})"

    def variable(self, path: list[str]) -> str:
        kind = self.kind({"var": path})
        if path[0] == "answers":
            return _as(kind, self.locate(path[1]))
        if path[0] == "now":
            if path[1] not in NOW:
                raise Unfit(_("ODK forms cannot ask for now.%(name)s.") % {"name": path[1]})
            return _as(kind, NOW[path[1]])
        constant = self.constant(path)
        return "''" if constant is None else _literal(constant, kind)

    def size(self, tree: Tree) -> str:
        if "lit" in tree:
            return str(len(tree["lit"]))
        path = tree["var"]
        if path[0] != "answers":
            return str(len(self.constant(path) or ()))
        node = self.locate(path[1])
        if self.kind(tree) == TEXT:
            return f"string-length({node})"
        tidy = f"normalize-space({node})"
        gaps = f"string-length({tidy}) - string-length(translate({tidy}, ' ', ''))"
        return f"({gaps} + number({node} != ''))"

    def kind(self, tree: Tree) -> str:
        """The kind of value of a part."""
        if "var" in tree:
            return self.names[tree["var"][0]][tree["var"][1]]
        if "lit" in tree:
            literal = tree["lit"]
            return (
                BOOL
                if isinstance(literal, bool)
                else TEXT
                if isinstance(literal, str)
                else "number"
            )
        if tree["op"] == "?:":
            return self.kind(tree["args"][1])
        number = tree["op"] in {"size", "neg", *ARITHMETIC}
        return "number" if number else BOOL

    def constant(self, path: list[str]) -> Any:
        """A value that is known when the form is served; ``None``: it is not there."""
        if path[0] not in self.constants:
            raise Unfit(_("ODK forms cannot ask for %(name)s.") % {"name": ".".join(path)})
        return self.constants[path[0]].get(path[1])


def _lifted(tree: Tree) -> list[Tree] | None:
    """A comparison of a choice as a choice of comparisons; ``None`` where there is no choice."""
    for i, arg in enumerate(tree.get("args", [])):
        if arg.get("op") == "?:":
            condition, *branches = arg["args"]
        elif arg.get("op") in METHODS or (inner := _lifted(arg)) is None:
            continue
        else:
            condition, *branches = inner
        swapped = [
            {**tree, "args": [*tree["args"][:i], branch, *tree["args"][i + 1 :]]}
            for branch in branches
        ]
        return [condition, *swapped]
    return None


def _method(op: str, text: str, literal: str) -> str:
    quoted = _literal(literal)
    if op == "startsWith":
        return f"starts-with({text}, {quoted})"
    if op == "contains":
        return f"contains({text}, {quoted})"
    if op == "endsWith":
        start = f"string-length({text}) - string-length({quoted}) + 1"
        ends = f"substring({text}, {start}) = {quoted}"
        return f"(string-length({text}) >= string-length({quoted}) and {ends})"
    anywhere = f"[\\s\\S]*(?:{literal})[\\s\\S]*"
    return f"regex({text}, {_literal(anywhere)})"


def _as(kind: str, node: str) -> str:
    if kind in NUMBERS:
        return f"number({node})"
    if kind == DATE:
        return f"number(translate(substring({node}, 1, 10), '-', ''))"
    if kind == TIME:
        return f"number(translate(substring({node}, 1, 5), ':', ''))"
    return f"decimal-date-time({node})" if kind == DATETIME else node


def _literal(value: Any, kind: str = "") -> str:
    if isinstance(value, bool):
        return "true()" if value else "false()"
    if not isinstance(value, str):
        return repr(value)
    if kind in {DATE, TIME}:
        return str(int(value.replace("-", "").replace(":", "")))
    if "'" not in value:
        return f"'{value}'"
    if '"' not in value:
        return f'"{value}"'
    parts = [f"'{part}'" for part in value.split("'")]
    return "concat(" + ', "\'", '.join(parts) + ")"


def _all(parts: list[str]) -> str:
    return f"({' and '.join(dict.fromkeys(parts))})"
