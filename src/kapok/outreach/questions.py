"""What a kind of matter must be told, from what somebody wrote under a notice. Pure; no rows."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from kapok.packs.look_up import Rules
from kapok.packs.schema import Field, FieldType, Kind

OTHER = "other"  # the option that says: none of these
WORDY = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
LONGEST = 500
PHONE, WHERE, WORDS = "phone", "where_exactly", "description"  # filled from the report itself


def answers_to(rules: Rules, kind: Kind, text: str) -> dict[str, str]:
    """Answers to the questions that a kind must have answered, as far as a text tells them.

    Where one of several is to be chosen it is “other”: who reads the words asks the rest.
    """
    return dict(_answers(rules, kind, " ".join(text.split())))


def _answers(rules: Rules, kind: Kind, text: str) -> Iterator[tuple[str, str]]:
    helps = rules.help_asked()
    of_help = helps.question if helps is not None and helps.kind == kind.code else ""
    for field in kind.report_form.fields:
        if field.name in {PHONE, WHERE, WORDS}:
            continue
        if field.required is not True and field.name != of_help:
            continue
        if field.type == FieldType.CHOICE and _has_other(field):
            yield field.name, OTHER
        elif field.type in WORDY:
            yield field.name, text[: min(field.max_length or LONGEST, LONGEST)]


def _has_other(field: Field) -> bool:
    return any(option.code == OTHER and not option.show_when for option in field.options)


def said_of(kind: Kind, faults: Mapping[str, str]) -> str:
    """What is wrong, each with the name of its question in words."""
    said = []
    for name, sentence in faults.items():
        field = kind.report_form.field(name)
        label = field.label.here() if field is not None else OF_REPORT.get(name, lambda: "")()
        part = {"question": label, "fault": sentence}
        said.append(_("%(question)s: %(fault)s") % part if label else sentence)
    return " ".join(said)


OF_REPORT = {
    "contact.phone": lambda: _("Telephone"),
    "place": lambda: _("Place"),
    "address": lambda: _("Building and flat"),
}
