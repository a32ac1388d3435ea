"""What somebody typed is never run as a formula by whoever opens a table of ours."""

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
HARMLESS = frozenset("0123456789.,")  # after a sign: a number, or +86… of a telephone
BLANK = " \u3000\u00a0"
DANGEROUS = rf"^[{BLANK}]*[=@\t\r\n|%＝＋－＠+\-]"
"""The same as :func:`harmless` asks, for a whole column at once; signed numbers are let through."""
SIGNED_NUMBER = r"^[+\-][0-9.,]+$"


def harmless(text: str) -> str:
    """The text as a program shows it: what it would run gets an apostrophe before it."""
    if not text.lstrip(BLANK).startswith(RUNS):
        return text
    sign, rest = text[0], text[1:]
    if sign in "+-" and rest and set(rest) <= HARMLESS:
        return text
    return "'" + text
