"""Sentences said without Django: English in the terminal, in the reader's language on a page.

Planners and readers of files run without Django, planners in processes of their own; so sentences
are looked up in the same catalogue by the standard library. Import as Django's own, and those who
translate will find them::

    from kapok.words import gettext as _
"""

import gettext as standard
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

CATALOGUES = Path(__file__).parent / "locale"
LANGUAGES = ("zh-hans", "en")

_ENGLISH = standard.NullTranslations()
_said_in: ContextVar[str] = ContextVar("said_in", default="")
_ask: list[Callable[[], str | None]] = []


def follow(language_of_the_page: Callable[[], str | None]) -> None:
    """Speak the language that this says, where no other is asked for. Said by the platform."""
    _ask[:] = [language_of_the_page]


@contextmanager
def said_in(language: str) -> Iterator[None]:
    """Speak a language of ``LANGUAGES`` inside."""
    token = _said_in.set(language)
    try:
        yield
    finally:
        _said_in.reset(token)


def language() -> str:
    """The language in use."""
    return _said_in.get() or (_ask and _ask[0]()) or "en"


def gettext(message: str) -> str:
    """The sentence in the language in use."""
    return _catalogue(language()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The sentence for a number, in the language in use."""
    return _catalogue(language()).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """The sentence in the language in use, where a word means several things."""
    return _catalogue(language()).pgettext(context, message)


def listed(names: Iterable[str]) -> str:
    """Names one after another, as the language in use sets them apart."""
    return gettext(", ").join(names)


@cache
def _catalogue(language: str) -> standard.NullTranslations:
    if not language.startswith("zh"):
        return _ENGLISH
    return standard.translation("django", CATALOGUES, languages=["zh_Hans"])
