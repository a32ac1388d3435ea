"""Leaving out what the schema refuses, so that the rest can be checked at the same time."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kapok.packs.documents.nodes import Node
from kapok.packs.schema import PackBody

MOST_ROUNDS = 5
CHOSEN = frozenset({"enum", "literal_error"})


def mended(node: Node, wrong: ValidationError) -> tuple[PackBody, frozenset[str]] | None:
    """The pack without its faulty parts and the codes of kinds left out; ``None``: too little left.

    Takes parts out of the node, which keeps the lines of the others.
    """
    left_out: set[str] = set()
    for _round in range(MOST_ROUNDS):
        taken: dict[int, tuple[list[Node], set[int]]] = {}
        for error in wrong.errors(include_url=False):
            if not _mend(node, error, taken):
                return None
        left_out |= _take_out(taken, node)
        try:
            return PackBody.model_validate(node.plain()), frozenset(left_out)
        except ValidationError as again:
            wrong = again
    return None


def _mend(node: Node, error: ErrorDetails, taken: dict[int, tuple[list[Node], set[int]]]) -> bool:
    path = error["loc"]
    parent = node.at(path[:-1]).value
    if error["type"] == "extra_forbidden" and isinstance(parent, dict):
        parent.pop(path[-1], None)
        return True
    if error["type"] in CHOSEN:
        return _choose(parent, path[-1], str(error["ctx"]["expected"]))
    return _mark(node, path, taken)


def _choose(parent: Any, key: Any, expected: str) -> bool:
    """Put any of the words that may stand there."""
    if not isinstance(parent, dict | list):
        return False  # a word alone, where it should be part of something
    word = expected.replace(" or ", ", ").split(",")[0].strip(" '")
    parent[key] = Node(parent[key].line, word)
    return True


def _mark(node: Node, path: tuple[Any, ...], taken: dict[int, tuple[list[Node], set[int]]]) -> bool:
    """Mark the smallest part of a list that holds the fault, to be taken out."""
    for n in range(len(path) - 1, 0, -1):
        inside, index = node.at(path[:n]).value, path[n]
        if isinstance(index, int) and isinstance(inside, list):
            taken.setdefault(id(inside), (inside, set()))[1].add(index)
            return True
    return False


def _take_out(taken: dict[int, tuple[list[Node], set[int]]], node: Node) -> set[str]:
    """Take marked parts out, each once, though anchors show it in many places; codes of kinds."""
    kinds = node.at(("kinds",)).value
    codes = set()
    for inside, indices in taken.values():
        for index in sorted(indices, reverse=True):
            if index < len(inside):
                part = inside.pop(index)
                if inside is kinds:
                    codes.add(str(part.at(("code",)).value))
    return codes
