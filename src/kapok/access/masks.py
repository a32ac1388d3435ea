"""How values look until somebody asks for them: surname + *, first and last digits, no room."""

HIDDEN = "*"


def name(text: str) -> str:
    """``陈**`` for 陈小明, ``Tan *** ***`` for a name in words."""
    words = text.split()
    if len(words) > 1:
        return " ".join([words[0], *(HIDDEN * 3 for _ in words[1:])])
    return text[:1] + HIDDEN * (len(text) - 1)


def identity(text: str) -> str:
    """The first and the last two characters."""
    return _ends(text, 2)


def phone(text: str) -> str:
    """The first and the last three digits after the country code."""
    return _ends(text, 3)


def room(text: str) -> str:
    """Only that there is one."""
    return HIDDEN * 3 if text else ""


def _ends(text: str, n: int) -> str:
    if len(text) <= 2 * n:
        return HIDDEN * len(text)
    return text[:n] + HIDDEN * (len(text) - 2 * n) + text[-n:]
