"""Which questions of a form are left, once some are answered: pages here have no JavaScript."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from kapok.packs import conditions
from kapok.packs.schema import Form

READS = re.compile(r"\banswers\.([a-z][a-z0-9_]*)")
ROOTS = re.compile(r"\b(matter|place|now)\.")


def left(form: Form, answers: Mapping[str, Any], said_elsewhere: Collection[str] = ()) -> Form:
    """A form without what is answered, and without what is asked only of other answers.

    A condition that reads something that is not known yet leaves its question in the page; the
    server drops the answer where it was not meant.
    """
    fields = tuple(
        field
        for field in form.fields
        if field.name not in answers
        and field.name not in said_elsewhere
        and _may_be_asked(field.show_when, answers)
    )
    return form.model_copy(update={"fields": fields})


def _may_be_asked(condition: str | None, answers: Mapping[str, Any]) -> bool:
    if condition is None or ROOTS.search(condition):
        return True
    if not set(READS.findall(condition)) <= set(answers):
        return True
    return conditions.holds(condition, {"answers": dict(answers)})
