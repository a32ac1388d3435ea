"""Every address of Kapok, for tests that walk all of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ARGUMENT = re.compile(r"\(\?P<(\w+)>[^()]*\)")


def patterns(resolver: URLResolver | None = None, prefix: str = "/") -> Iterator[tuple]:
    """(name, route) of every address; an argument is <name> or <converter:name>."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + plain(str(entry.pattern))
        if isinstance(entry, URLPattern):
            yield entry.name, route
        else:
            yield from patterns(entry, route)


def plain(pattern: str) -> str:
    """A pattern as a route, also where it is written as a regular expression."""
    if not pattern.startswith("^"):
        return pattern
    return ARGUMENT.sub(r"<\1>", pattern[1:]).removesuffix("$").replace("\\.", ".")


def filled(route: str, examples: Mapping[str, Any]) -> str:
    """The route with an example in the place of each argument."""
    parts = route.split("<")
    path = parts[0]
    for part in parts[1:]:
        argument, _, rest = part.partition(">")
        name = argument.rpartition(":")[2]
        if name not in examples:
            raise LookupError(f"No example of “{name}” for {route}; add one.")
        path += f"{examples[name]}{rest}"
    return path
