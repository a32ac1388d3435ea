"""Keeping lines: made, changed and retired by whoever answers for their place."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from kapok.access.phones import canonical
from kapok.access.roles import Permission
from kapok.access.scope import require
from kapok.codes import WIDTH, Level
from kapok.errors import NotAllowed, Refused
from kapok.hotline.drafts import Draft
from kapok.hotline.models import Call, Line, Seat
from kapok.hotline.models.lines import LEVELS
from kapok.hotline.workflow import ENDED, LineKind
from kapok.places.models import Area

LEAST_OF_PSYCHOLOGICAL = 2  # technical guide for psychological support lines, 2021
SHORT = re.compile(r"[1-9][0-9]{4,5}")
MOST_SEATS, MOST_OVERFLOW_S = 500, 300


@transaction.atomic
def make(*, draft: Draft, by: UUID | None, at: datetime) -> Line:
    """Open a line. Raises ``Refused`` and ``NotAllowed``."""
    _require(draft.place, draft.level)
    line = Line(place=draft.place, level=draft.level, made_at=at)
    _write(line, draft)
    return line


@transaction.atomic
def change(*, line_id: UUID, draft: Draft, by: UUID, at: datetime) -> Line:
    """Change anything but its place: calls belong to a place. Raises ``Refused``, or 404."""
    line = _held(line_id)
    if (draft.place, draft.level) != (line.place, line.level):
        raise Refused(
            _("A line stays at its place, since its calls do. Retire it and make another one.")
        )
    _write(line, draft)
    return line


@transaction.atomic
def retire(*, line_id: UUID, by: UUID, at: datetime) -> None:
    """Take a line out of use; its calls stay. Raises ``Refused``, or 404."""
    line = _held(line_id)
    if Seat.objects.filter(line=line, left_at=None).exists():
        raise Refused(_("Somebody sits at this line. Ask them to get up first."))
    if Call.objects.filter(line=line).exclude(state__in=ENDED).exists():
        raise Refused(_("A call of this line is not closed yet. Close it first."))
    line.retired_at = at
    line.save(update_fields=["retired_at"])


def _held(line_id: UUID) -> Line:
    line = Line.objects.filter(pk=line_id, retired_at=None).first()
    if line is None:
        raise Http404
    _require(line.place, line.level)
    return Line.objects.select_for_update().get(pk=line_id)


def _require(place: int, level: str) -> None:
    who = require(Permission.LINE_KEEP, place)
    if level not in LEVELS or not Area.objects.filter(code=place, level=level).exists():
        raise Refused(_("A line belongs to a street, a district or a city. Choose one."))
    if not who.covers(place, place + WIDTH[Level(level)]):
        raise NotAllowed(_("You answer for a part of this area alone. Ask whoever has all of it."))


def faults(said: Mapping[str, Any]) -> dict[str, str]:
    """All that is wrong with what is said of a line, by field; what is left out is not asked."""
    found = {}
    if "number" in said:
        try:
            _dialled(said["number"])
        except Refused as refusal:
            found["number"] = str(refusal)
    if not (said.get("name_zh", "").strip() or said.get("name_en", "").strip()):
        found["name_zh"] = _("Give the line a name that callers know.")
    if said.get("kind", LineKind.GENERAL) not in LineKind.values:
        found["kind"] = _("Choose what the line is for.")
    if sentence := _wrong_seats(said.get("least_seats"), said.get("kind", "")):
        found["least_seats"] = sentence
    if not 0 <= said.get("overflow_s", 0) <= MOST_OVERFLOW_S:
        found["overflow_s"] = _("Write 0 to %(most)s seconds: then a call rings on elsewhere.") % {
            "most": MOST_OVERFLOW_S
        }
    return found


def _wrong_seats(n: int | None, kind: str) -> str:
    if n is None:
        return ""
    if not 1 <= n <= MOST_SEATS:
        return _("A line has 1 to %(most)s seats.") % {"most": MOST_SEATS}
    if kind == LineKind.PSYCHOLOGICAL and n < LEAST_OF_PSYCHOLOGICAL:
        return _(
            "A line for psychological support has at least %(n)s seats, as the technical guide "
            "of 2021 says."
        ) % {"n": LEAST_OF_PSYCHOLOGICAL}
    return ""


def _write(line: Line, draft: Draft) -> None:
    for sentence in faults(vars(draft)).values():
        raise Refused(sentence)
    number = draft.number.strip()
    line.dialled = _dialled(number)
    line.number = number[:20]
    line.name_zh = (draft.name_zh.strip() or draft.name_en.strip())[:60]
    line.name_en = draft.name_en.strip()[:60]
    line.kind, line.hours = draft.kind, draft.hours
    line.least_seats, line.overflow_s = draft.least_seats, draft.overflow_s
    if Line.objects.filter(dialled=line.dialled, retired_at=None).exclude(pk=line.pk).exists():
        raise _taken(line)
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError:
        raise _taken(line) from None


def _dialled(number: str) -> str:
    """A number as it is dialled from anywhere; short ones of the country, as 12356, stay short."""
    plain = re.sub(r"[\s-]", "", number)
    return plain if SHORT.fullmatch(plain) else canonical(number.strip())


def _taken(line: Line) -> Refused:
    other = Line.objects.filter(dialled=line.dialled, retired_at=None).exclude(pk=line.pk).first()
    return Refused(
        _("The number %(number)s is that of “%(name)s” already. Write another one.")
        % {"number": line.number, "name": other.name_zh if other else line.dialled}
    )
