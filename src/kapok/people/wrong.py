"""A value that cannot be right, and the sentence that says why."""

from django.utils.translation import gettext_lazy

from kapok.errors import Refused


class Wrong(Refused):
    """A value that cannot be right.

    ``sentence`` is the English one without any value, so that it can be stored and shown in the
    language of whoever reads it; ``str()`` gives it in the language of now.
    """

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        super().__init__(gettext_lazy(sentence))
