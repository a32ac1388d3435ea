"""Regular expressions that mean the same to Rust, JavaScript and Java, and end soon in each."""

import re

from django.utils.translation import gettext as _

LONGEST = 200
GREATEST_COUNT = 1000
TOKEN = re.compile(
    r"""(?P<escape>\\[\\.*+?()\[\]{}|^$/-])
    |(?P<class>\[\^?(?:\\[\\\]\[^-]|[^\\\]\[&~])+\])
    |(?P<open>\((?:\?:)?(?!\?))
    |(?P<close>\))
    |(?P<count>(?:[*+?]|\{[0-9]{1,4}(?:,(?:[0-9]{1,4})?)?\}))
    |(?P<bar>\|)
    |(?P<anchor>[\^$])
    |(?P<plain>[^\\\[\](){}*+?|^$\r\n])""",
    re.VERBOSE,
)


def fault(pattern: str) -> str:
    """What is wrong with a pattern, as a sentence; empty when all understand it."""
    if len(pattern) > LONGEST:
        return _("A pattern has at most %(n)s characters.") % {"n": LONGEST}
    at, before, groups = 0, "", [False]
    repeated_group = False
    while at < len(pattern):
        found = TOKEN.match(pattern, at)
        kind = found.lastgroup if found else None
        if found is None or kind is None:
            return _not_shared(pattern, at)
        if kind == "open":
            groups.append(False)
        elif kind == "close":
            if len(groups) == 1:
                return _("The pattern closes a bracket that it did not open.")
            repeated_group = groups.pop()
            groups[-1] = groups[-1] or repeated_group
        elif kind == "count":
            if wrong := _count_fault(found[0], before, repeated_group):
                return wrong
            groups[-1] = groups[-1] or _is_open(found[0])
        at, before = found.end(), kind
    return _("The pattern does not close a bracket.") if len(groups) > 1 else _compiles(pattern)


def _count_fault(count: str, before: str, repeated_group: bool) -> str:
    if before not in {"escape", "class", "close", "plain"}:
        return _("“%(count)s” in the pattern has nothing before it to repeat.") % {"count": count}
    if before == "close" and repeated_group and _is_open(count):
        return _("The pattern repeats what repeats itself, which can take for ever. Make it plain.")
    numbers = [int(number) for number in re.findall(r"[0-9]+", count)]
    if any(number > GREATEST_COUNT for number in numbers) or numbers != sorted(numbers):
        return _("The count %(count)s in the pattern is not possible.") % {"count": count}
    return ""


def _is_open(count: str) -> bool:
    return count in {"*", "+"} or count.endswith(",}")


def _not_shared(pattern: str, at: int) -> str:
    return _(
        "The pattern has “%(part)s”, which not every phone understands. Write out what is meant: "
        "[0-9] for digits, [A-Za-z] for letters."
    ) % {"part": pattern[at : at + 2]}


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        return _("The pattern cannot be read: %(reason)s.") % {"reason": error}
    return ""
