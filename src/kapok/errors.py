"""The two kinds of "no". Each carries a sentence for the user; all else is a bug, and crashes."""


class Refused(Exception):
    """What was asked cannot be done as things stand; the sentence says why and what to do."""


class NotAllowed(Exception):
    """The person who asks may not do this here and now."""
