"""Reading a pack that somebody wrote: the pack, or every fault with its line, all at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from kapok.packs import conditions
from kapok.packs.crossing import crossed
from kapok.packs.documents.mending import mended
from kapok.packs.documents.nodes import Fault, Node, Unreadable, node_of, text_of
from kapok.packs.documents.sentences import sentence
from kapok.packs.schema import PackBody

__all__ = ["Fault", "Read", "read"]

CONDITIONS = frozenset({"if", "show_when", "when", "that", "required"})


@dataclass(frozen=True)
class Read:
    """What a text says: a body, or what is wrong with it."""

    body: PackBody | None
    faults: tuple[Fault, ...]
    text: str


def read(data: bytes | str) -> Read:
    """Read a pack. Never raises on any text."""
    try:
        text = text_of(data)
        node, faults = node_of(text)
    except Unreadable as stopped:
        return Read(None, (stopped.fault,), data if isinstance(data, str) else "")
    try:
        body = PackBody.model_validate(node.plain())
    except ValidationError as wrong:
        found = [*faults, *_of_schema(wrong, node), *_of_conditions(node)]
        found += _of_the_rest(wrong, node)
        return Read(None, _once(found), text)
    found = [*faults, *(_placed(node, path, said) for path, said in crossed(body))]
    return Read(None if found else body, _once(found), text)


def _of_the_rest(wrong: ValidationError, node: Node) -> list[Fault]:
    """Faults between those parts that the schema takes."""
    rest = mended(node, wrong)
    if rest is None:
        return []
    body, unread = rest
    return [_placed(node, path, said) for path, said in crossed(body, unread=unread)]


def _once(faults: list[Fault]) -> tuple[Fault, ...]:
    """Each sentence once for its line, in the order of lines."""
    known = {(fault.line, fault.sentence): fault for fault in reversed(faults)}
    return tuple(sorted(known.values()))


def _placed(node: Node, path: tuple[Any, ...], said: str) -> Fault:
    return Fault(node.at(path).line, said, ".".join(str(step) for step in path))


def _of_schema(wrong: ValidationError, node: Node) -> Iterator[Fault]:
    """One fault for each place: of several that a value could have been, the last is said."""
    last: dict[int, tuple[tuple[Any, ...], str]] = {}
    errors = wrong.errors(include_url=False)
    places = [error["loc"] for error in errors]
    for error in errors:
        n = len(error["loc"])
        if error["type"] == "too_short" and any(
            len(p) > n and p[:n] == error["loc"] for p in places
        ):
            continue  # wrong items are not counted; they are said themselves
        key = id(node.at(error["loc"])) if error["type"] not in {"missing"} else id(error)
        last[key] = error["loc"], sentence(error, PackBody)
    for path, said in last.values():
        yield _placed(node, path, said)


def _of_conditions(node: Node, path: tuple[Any, ...] = ()) -> Iterator[Fault]:
    """Conditions that cannot be read, while the rest is not right enough to check their names."""
    inside = node.value
    if isinstance(inside, dict):
        for key, item in inside.items():
            if key in CONDITIONS and isinstance(item.value, str):
                try:
                    conditions.tree(item.value)
                except conditions.Unfit as unfit:
                    where = ".".join(str(step) for step in (*path, key))
                    yield Fault(item.line, str(unfit), where)
            else:
                yield from _of_conditions(item, (*path, key))
    elif isinstance(inside, list):
        for n, item in enumerate(inside):
            yield from _of_conditions(item, (*path, n))
