"""What people call the things that matters name by codes and keys."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from kapok.access.models import User
from kapok.errors import Refused
from kapok.matters.models import Unit
from kapok.packs import look_up
from kapok.packs.schema import FieldType, Kind
from kapok.places.models import Area, Building


def kind_of(pack: UUID, code: str) -> Kind | None:
    """The kind of a matter, or nothing where its version no longer holds it."""
    try:
        return look_up.pack(pack).kind(code)
    except Refused:
        return None


def about(kind: Kind | None, answers: Mapping[str, Any]) -> str:
    """What a report is about: the answer to the first choice that it had to make; or nothing."""
    fields = kind.report_form.fields if kind else ()
    for asked in fields:
        if asked.type == FieldType.CHOICE and asked.required is True and not asked.personal:
            said = answers.get(asked.name)
            chosen = next((each for each in asked.options if each.code == said), None)
            return chosen.label.here() if chosen else ""
    return ""


def kind_label(pack: UUID, code: str) -> str:
    """The name of a kind of matter."""
    found = kind_of(pack, code)
    return found.label.here() if found else code


def places(codes: Iterable[int]) -> dict[int, str]:
    """The names of areas, by code; of a grid with its community's name before it."""
    wanted = set(codes)
    around = wanted | {code - code % 1000 for code in wanted}
    names = {
        area.code: area.name
        for area in Area.objects.filter(code__in=around).only("code", "name_zh", "name_en")
    }
    return {code: _place(code, names) for code in wanted}


def _place(code: int, names: dict[int, str]) -> str:
    own = names.get(code, "")
    community = names.get(code - code % 1000, "") if code % 1000 else ""
    return " ".join(part for part in (community, own) if part) or str(code)


def buildings(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of buildings, by key."""
    wanted = {key for key in ids if key is not None}
    return {row.pk: str(row) for row in Building.objects.filter(pk__in=wanted)} if wanted else {}


def units(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of units, by key."""
    wanted = {key for key in ids if key is not None}
    rows = Unit.objects.filter(pk__in=wanted).values_list("pk", "name") if wanted else ()
    return dict(rows)


def accounts(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """The names of colleagues, by account."""
    wanted = {key for key in ids if key is not None}
    return {row.pk: str(row) for row in User.objects.filter(pk__in=wanted)} if wanted else {}
