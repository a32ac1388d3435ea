"""What goes to the log: never a name, a number or what somebody typed.

Messages of exceptions hold values (“Key (name)=(…) already exists”), so only their kinds and where
they happened are written. Long numbers are blotted out wherever they stand.
"""

import logging
import re
import traceback
from typing import Any

NUMBERS = re.compile(r"(?<![\w-])\+?[A-Z]?\d(?:[ -]?\d){5,17}[A-Za-z]?(?![\w-])")
BLOT = "***"


def blotted(text: str) -> str:
    """The text without numbers of six digits and more."""
    return NUMBERS.sub(BLOT, text)


class WithoutValues(logging.Formatter):
    """Writes records without personal values."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # logging's own name
        """The line, with long numbers blotted out of what was said."""
        record.message = blotted(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  # logging's own name
        """Where it happened and what kind it was; not what it said."""
        lines = ["Traceback (most recent call last):"]
        error: BaseException | None = ei[1]
        for frame in traceback.extract_tb(ei[2]):
            lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
        while error is not None:
            lines.append(_kind(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


def _kind(error: BaseException) -> str:
    """The kind of an error; of the database's also its code and the rule that was broken."""
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    diagnosis = getattr(error, "diag", None)
    facts = [getattr(error, "sqlstate", None), getattr(diagnosis, "constraint_name", None)]
    return " ".join([kind, *(str(fact) for fact in facts if fact)])
