"""Codes that a part of a pack names: each once, each there, and answers that its form knows."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from kapok.packs.schema import Form, Kind

Path = tuple[Any, ...]
Found = tuple[Path, str]


def unique(path: Path, things: Iterable[Any]) -> Iterator[Found]:
    """Codes that are used twice."""
    seen: set[str] = set()
    for n, thing in enumerate(things):
        if thing.code in seen:
            yield (
                (*path, n, "code"),
                _("The code “%(code)s” is used twice. Give one of them another code.")
                % {"code": thing.code},
            )
        seen.add(thing.code)


def fitting(
    path: Path, answers: dict[str, Any], code: str | None, kinds: dict[str, Kind | None]
) -> Iterator[Found]:
    """Answers that another kind begins with are answers to its report form."""
    kind = kinds.get(code or "")
    form = kind.report_form if kind else Form()
    if code in kinds and kind is None:
        return
    for name, value in answers.items():
        field = form.field(name)
        choices = {option.code for option in field.options} if field else set()
        if field is None or (choices and value not in choices):
            yield (
                (*path, "answers", name),
                _("The report form of that kind has no such answer. Look at its fields."),
            )


def exists(path: Path, code: str | None, kinds: dict[str, Kind | None]) -> Iterator[Found]:
    """A kind that is named and is not there."""
    if code is not None and code not in kinds:
        yield (
            path,
            _("There is no kind “%(code)s” in this pack. Add it, or name another.")
            % {"code": code},
        )
