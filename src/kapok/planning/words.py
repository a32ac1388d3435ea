"""Sentences of planners: English in the terminal, in the reader's language on a page.

Planners run without Django; the platform lends its catalogue when it starts (:func:`speak`). Import
as Django's own, so that sentences are found by those who translate them::

    from kapok.planning.words import gettext as _
"""

from collections.abc import Callable

Plural = Callable[[str, str, int], str]


def _as_written(message: str) -> str:
    return message


def _by_number(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


_translate: Callable[[str], str] = _as_written
_translate_number: Plural = _by_number


def speak(translate: Callable[[str], str], translate_number: Plural) -> None:
    """Let sentences be said by a catalogue from now on."""
    global _translate, _translate_number  # lent once, when the platform starts
    _translate, _translate_number = translate, translate_number


def gettext(message: str) -> str:
    """The sentence in the language in use."""
    return _translate(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The sentence for a number, in the language in use."""
    return _translate_number(singular, plural, number)
