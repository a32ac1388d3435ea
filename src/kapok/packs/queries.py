"""Reading packs for pages and commands. Rules themselves are looked up by everybody."""

import difflib
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.roles import Permission
from kapok.codes import Level, division
from kapok.errors import Refused
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody, Text

CONTEXT_LINES = 3
LONGEST_CODE = 40


@dataclass(frozen=True)
class Line:
    """One version of a pack, in a list."""

    id: UUID
    code: str
    version: int
    title: str
    jurisdiction: str
    state: str
    state_label: str
    valid_from: datetime
    valid_to: datetime | None
    made_by: str
    made_at: datetime
    in_force_by: str
    note: str
    is_now: bool
    is_past: bool


@dataclass(frozen=True)
class Shown:
    """One version with what it says, and what whoever acts may do with it."""

    line: Line
    body: PackBody
    text: str
    may_edit: bool
    may_copy: bool
    may_put_in_force: bool
    may_end: bool
    may_withdraw: bool
    in_force: Line | None
    """The version of this pack that holds now, if it is another one."""


@dataclass(frozen=True)
class DiffRow:
    """One row of a comparison: its sign is ``+``, ``-``, ``@`` (a gap) or empty."""

    sign: str
    old: int | None
    new: int | None
    text: str


def versions(*, at: datetime | None = None) -> list[Line]:
    """All versions of all packs, by code, the newest first."""
    who = scope.require(Permission.PACK_VIEW)
    rows = Pack.objects.select_related("made_by", "in_force_by").defer("body", "text")
    return [_line(row, at or who.at) for row in rows.order_by("code", "-version")]


def shown(pack_id: UUID, *, at: datetime) -> Shown | None:
    """One version, for its page."""
    who = scope.require(Permission.PACK_VIEW)
    row = _row(pack_id)
    if row is None:
        return None
    line = _line(row, at)
    may_put = who.can(Permission.PACK_PUT_IN_FORCE, row.jurisdiction)
    may_edit = who.can(Permission.PACK_EDIT, row.jurisdiction)
    is_draft, is_in_force = line.state == Pack.State.DRAFT, line.state == Pack.State.IN_FORCE
    return Shown(
        line=line,
        body=row.content(),
        text=row.text,
        may_edit=may_edit,
        may_copy=who.can(Permission.PACK_EDIT) and not may_edit,
        may_put_in_force=may_put and is_draft and not _wrote(row, who),
        may_end=may_put and is_in_force and not line.is_past,
        may_withdraw=(may_edit and is_draft) or (may_put and is_in_force and row.valid_from > at),
        in_force=_in_force(row, at),
    )


def compared(pack_id: UUID, *, at: datetime) -> tuple[Line, Line | None, list[DiffRow]] | None:
    """A version beside the one of the same code that holds now, line by line."""
    scope.require(Permission.PACK_VIEW)
    row = _row(pack_id)
    if row is None:
        return None
    other = _in_force(row, at)
    before = Pack.objects.get(pk=other.id).text if other else ""
    return _line(row, at), other, list(_rows(before.splitlines(), row.text.splitlines()))


def text_of(code: str, version: int | None) -> str:
    """The text of a version as it was written; ``Refused`` where there is none."""
    scope.require(Permission.PACK_VIEW)
    rows = Pack.objects.filter(code=code)
    row = (rows.filter(version=version) if version else rows.order_by("-version")).first()
    if row is None:
        raise Refused(
            _("There is no pack “%(code)s” of this version. List them with kapok pack list.")
            % {"code": code}
        )
    return row.text


def _row(pack_id: UUID) -> Pack | None:
    return Pack.objects.select_related("made_by", "in_force_by").filter(pk=pack_id).first()


def _wrote(row: Pack, who: scope.Acting) -> bool:
    return row.made_by_id is not None and row.made_by_id == who.account


def _in_force(row: Pack, at: datetime) -> Line | None:
    others = Pack.objects.select_related("made_by", "in_force_by").filter(code=row.code)
    now = others.filter(state=Pack.State.IN_FORCE, valid_from__lte=at).exclude(pk=row.pk)
    found = now.exclude(valid_to__lte=at).first()
    return _line(found, at) if found else None


def _line(row: Pack, at: datetime) -> Line:
    return Line(
        id=row.pk,
        code=row.code,
        version=row.version,
        title=Text.model_validate(row.title).here(),
        jurisdiction=_short(row.jurisdiction),
        state=row.state,
        state_label=row.get_state_display(),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        made_by=str(row.made_by or ""),
        made_at=row.made_at,
        in_force_by=str(row.in_force_by or ""),
        note=row.note,
        is_now=row.holds_at(at),
        is_past=row.valid_to is not None and row.valid_to <= at,
    )


def _short(code: int) -> str:
    """A place code without the zeros that pad it, as people write it."""
    for level in Level:
        written = division(code, level)
        if int(written.ljust(15, "0")) == code:
            return written
    return str(code)


def _rows(before: list[str], after: list[str]) -> list[DiffRow]:
    found: list[DiffRow] = []
    groups = difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(
        CONTEXT_LINES
    )
    for n, group in enumerate(groups):
        if n:
            found.append(DiffRow("@", None, None, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [
                    DiffRow("", i1 + k + 1, j1 + k + 1, before[i1 + k]) for k in range(i2 - i1)
                ]
                continue
            found += [DiffRow("-", i + 1, None, before[i]) for i in range(i1, i2)]
            found += [DiffRow("+", None, j + 1, after[j]) for j in range(j1, j2)]
    return found


def for_area(text: str, code: str, place: int) -> str:
    """The text of a pack as the beginning of one for a smaller area, with a code of its own."""
    own = f"{code[: LONGEST_CODE - 13]}-{_short(place)}"
    text = re.sub(r"^code: .*$", f"code: {own}", text, count=1, flags=re.MULTILINE)
    return re.sub(
        r"^jurisdiction: .*$", f"jurisdiction: {place}", text, count=1, flags=re.MULTILINE
    )
