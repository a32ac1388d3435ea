"""What the app says, in one language: its sentences, and the life of matters in words."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from kapok.matters.workflow import MOVES, State, Urgency
from kapok.phone.sentences import SENTENCES

LANGUAGES = ("zh-hans", "en")


def words(language: str) -> dict[str, Any]:
    """Sentences by their English, and the tables that the app draws matters by."""
    with translation.override(language):
        return {
            "sentences": {sentence: gettext(sentence) for sentence in SENTENCES},
            "states": {state.value: {"label": str(state.label)} for state in State},
            "urgencies": {each.value: {"label": str(each.label)} for each in Urgency},
            "moves": {
                name: {
                    "label": str(move.label),
                    "starts": sorted(move.starts),
                    "ends": move.ends,
                    "adds": move.adds,
                    "needs": sorted(move.needs),
                }
                for name, move in MOVES.items()
            },
        }
