"""What Kapok adds to the words of a report, by code: each reads it in their own language.

Sentences that were written down as text would stay in the language of whoever sent them.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from kapok.words import gettext as _
from kapok.words import language, said_in

LONGEST = 200
Value = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST)]


class Saying(StrEnum):
    """Which sentence it is."""

    FOR_NEIGHBOUR = "for_neighbour"
    NOT_FREE = "not_free"
    NOT_REACHED = "not_reached"
    QUIETLY = "quietly"
    TO_NOTICE = "to_notice"


FILLED: dict[Saying, frozenset[str]] = {
    Saying.FOR_NEIGHBOUR: frozenset({"helper", "given_by"}),
    Saying.NOT_FREE: frozenset({"number"}),
    Saying.NOT_REACHED: frozenset(),
    Saying.QUIETLY: frozenset(),
    Saying.TO_NOTICE: frozenset({"zh", "en"}),
}


class Note(BaseModel):
    """A sentence with what is filled into it; names and titles stay as they were given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Saying
    values: dict[str, Value] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.values.keys() != FILLED[self.code]:
            wanted = _("%(code)s needs: %(names)s.")
            names = ", ".join(sorted(FILLED[self.code])) or "–"
            raise ValueError(wanted % {"code": self.code, "names": names})
        return self


def for_neighbour(*, helper: str, given_by: str) -> Note:
    """A helper asks for a household that agreed to it."""
    return _note(Saying.FOR_NEIGHBOUR, helper=helper, given_by=given_by)


def not_free(number: str) -> Note:
    """Whoever asked cannot speak freely: whoever goes there reads that first."""
    return _note(Saying.NOT_FREE, number=number)


def not_reached() -> Note:
    """The hotline reached nobody."""
    return _note(Saying.NOT_REACHED)


def quietly() -> Note:
    """Whoever goes there tells nobody why."""
    return _note(Saying.QUIETLY)


def to_notice(*, title_zh: str, title_en: str) -> Note:
    """It is the answer to a notice, whose title is known in both languages or in one."""
    return _note(Saying.TO_NOTICE, zh=title_zh, en=title_en)


def _note(code: Saying, **values: str) -> Note:
    return Note(code=code, values={name: said.strip()[:LONGEST] for name, said in values.items()})


def stored(note: Note) -> dict[str, Any]:
    """A note as rows and commands carry it."""
    return note.model_dump(mode="json")


def in_words(notes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The sentences of stored notes, in the language in use; one not known any more is left out."""
    known = (note for note in notes if note["code"] in SENTENCES)
    return tuple(SENTENCES[note["code"]](note["values"]) for note in known)


def in_both(notes: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The same for phones, which choose the language themselves."""
    kept = list(notes)
    with said_in("zh-hans"):
        chinese = in_words(kept)
    with said_in("en"):
        english = in_words(kept)
    return [{"zh": zh, "en": en} for zh, en in zip(chinese, english, strict=True)]


Values = Mapping[str, str]


def _for_neighbour(values: Values) -> str:
    return _("%(helper)s asks for this household; %(given_by)s agreed.") % values


def _not_free(values: Values) -> str:
    return _("Cannot speak freely. Do not call and do not text: %(number)s") % values


def _not_reached(_values: Values) -> str:
    return _("The hotline called three times and reached nobody. Go there and see how they are.")


def _quietly(_values: Values) -> str:
    return _("They could not speak freely: say to nobody else why you come.")


def _to_notice(values: Values) -> str:
    first, other = ("zh", "en") if language().startswith("zh") else ("en", "zh")
    return _("Answer to the notice “%(title)s”") % {"title": values[first] or values[other]}


SENTENCES: dict[str, Callable[[Values], str]] = {
    Saying.FOR_NEIGHBOUR: _for_neighbour,
    Saying.NOT_FREE: _not_free,
    Saying.NOT_REACHED: _not_reached,
    Saying.QUIETLY: _quietly,
    Saying.TO_NOTICE: _to_notice,
}
