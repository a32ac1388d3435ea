"""Letters become reports of the kind and the place that the mailbox stands for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from kapok.doors.entrances import MAIL
from kapok.doors.mail.letters import Letter, read
from kapok.doors.operations import files, reporting
from kapok.doors.queries.kinds import Reportable, reportable
from kapok.errors import Refused
from kapok.matters.files import sniff
from kapok.matters.workflow import Door
from kapok.packs.schema import Field, FieldType


@dataclass(frozen=True)
class Outcome:
    """What became of one letter.

    Attributes
    ----------
    number
        Of its matter; ``None`` where it became none, for the reason that ``why`` says.
    """

    key: str
    number: int | None
    why: str = ""


def take(*, raws: Iterable[bytes], place: int, kind: str, at: datetime) -> Iterator[Outcome]:
    """Take letters in, each in its own transaction. The same letter again is the same report."""
    found = kind_for(place, kind, at=at)
    for raw in raws:
        letter = read(raw)
        if letter.refusal:
            yield Outcome(letter.key, None, letter.refusal)
            continue
        try:
            yield Outcome(letter.key, _take(letter, found, place, at=at).number)
        except Refused as refusal:
            yield Outcome(letter.key, None, str(refusal))


def kind_for(place: int, code: str, *, at: datetime) -> Reportable:
    """The kind that letters become: it must be open for mail. Raises ``Refused``."""
    kinds = reportable(place, Door.MAIL, at=at)
    found = next((each for each in kinds if each.code == code), None)
    if found is None:
        raise Refused(
            _("“%(kind)s” does not come by mail at this place. Choose one of: %(kinds)s.")
            % {"kind": code, "kinds": ", ".join(each.code for each in kinds) or "–"}
        )
    return found


def _take(letter: Letter, kind: Reportable, place: int, *, at: datetime) -> reporting.Taken:
    command = reporting.command_id(MAIL, letter.key)
    kept = []
    for file in letter.files:
        if sniff.kind_of(file.data) not in {"PHOTO", "VOICE"}:
            continue
        try:
            kept.append(
                files.keep_one(
                    entrance=MAIL, command=command, name=file.name, data=file.data, kind=None, at=at
                )
            )
        except Refused:
            continue  # a picture that cannot be read holds no letter up
    words = "\n".join(part for part in (letter.subject, letter.text) if part)
    said = {
        "kind": kind.code,
        "place": place,
        "text": words[:5000],
        "address": letter.subject[:200],
        "answers": _answers(kind, letter),
        "files": [str(key) for key in kept],
        "contact": {"name": letter.sender_name, "email": letter.sender},
    }
    return reporting.report(entrance=MAIL, key=letter.key, said=said, at=at)


def _answers(kind: Reportable, letter: Letter) -> dict[str, str]:
    """A question that must be answered in words is answered with the subject."""
    asked = [field for field in kind.kind.report_form.fields if field.required is True]
    wordy = {FieldType.TEXT, FieldType.LONG_TEXT}
    return {
        field.name: (letter.subject or letter.text)[: _longest(field)]
        for field in asked
        if field.type in wordy
    }


def _longest(field: Field) -> int:
    return min(field.max_length or 500, 500)
