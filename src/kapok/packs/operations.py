"""Writing packs: a draft, putting it in force from a moment, ending it. No restart is needed."""

import hashlib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.packs import look_up
from kapok.packs.documents import Fault, Read, read
from kapok.packs.models import Pack
from kapok.packs.schema import PackBody

SHIPPED = Path(__file__).parent / "data"
SHOWN_FAULTS = 5
LATE_BY = timedelta(minutes=5)  # from “now” in a form until it is sent
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('pack ' || %s, 0))"


class Faulty(Refused):
    """A text is no pack; all faults are in it, each with its line."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        lines = [str(fault) for fault in faults[:SHOWN_FAULTS]]
        if len(faults) > SHOWN_FAULTS:
            lines.append(_("… and %(n)s more.") % {"n": len(faults) - SHOWN_FAULTS})
        super().__init__("\n".join(lines))


def checked(text: bytes | str) -> Read:
    """What a text says; raises :class:`Faulty` with every fault where it is no pack."""
    found = read(text)
    if found.faults:
        raise Faulty(found.faults)
    return found


@transaction.atomic
def draft(
    *,
    text: bytes | str,
    by: User | None,
    at: datetime,
    note: str = "",
    replaces: UUID | None = None,
) -> Pack:
    """Keep a text as the next version of its pack, or as the draft that it replaces."""
    found = checked(text)
    body = found.body
    assert body is not None
    scope.require(Permission.PACK_EDIT, body.jurisdiction)
    _lock(body.code)
    _refuse_other_jurisdiction(body)
    pack = _draft_to_replace(replaces, body.code) if replaces else _next_version(body.code)
    starts_at, ends_at = _period(body)
    pack.jurisdiction, pack.title = body.jurisdiction, body.title.model_dump()
    pack.body = body.model_dump(mode="json", by_alias=True)
    pack.text = found.text
    pack.sha256 = hashlib.sha256(found.text.encode()).hexdigest()
    pack.valid_from, pack.valid_to = starts_at, ends_at
    pack.made_by, pack.made_at, pack.note = by, at, note.strip()
    _save(pack)
    return pack


@transaction.atomic
def put_in_force(*, pack: UUID, valid_from: datetime, by: User | None, at: datetime) -> Pack:
    """Put a draft in force from a moment on; the version before it ends then.

    The box itself puts in force what is shipped with it; else a second person does.
    """
    row = _locked(pack)
    scope.require(Permission.PACK_PUT_IN_FORCE, row.jurisdiction)
    if row.state != Pack.State.DRAFT:
        raise Refused(
            _("Only a draft is put in force; this version is: %(state)s.")
            % {"state": row.get_state_display()}
        )
    _refuse_same_person(row, by)
    if valid_from < at - LATE_BY and by is not None:
        raise Refused(
            _("Rules do not hold backwards: what was decided was decided. Choose a later moment.")
        )
    if row.valid_to is not None and row.valid_to <= valid_from:
        raise Refused(
            _("The pack ends on %(moment)s by its valid_to. Choose an earlier moment.")
            % {"moment": _shown(row.valid_to)}
        )
    _end_the_version_before(row, valid_from)
    row.state, row.valid_from = Pack.State.IN_FORCE, valid_from
    row.in_force_by, row.in_force_at = by, at
    _save(row)
    return row


@transaction.atomic
def end_at(*, pack: UUID, ends_at: datetime, by: User | None, at: datetime) -> Pack:
    """Let a pack in force end at a moment that is not past."""
    row = _locked(pack)
    scope.require(Permission.PACK_PUT_IN_FORCE, row.jurisdiction)
    if row.state != Pack.State.IN_FORCE:
        raise Refused(_("Only a pack in force is ended. A draft is withdrawn."))
    if row.valid_to is not None and row.valid_to <= at:
        raise Refused(_("It ended on %(moment)s.") % {"moment": _shown(row.valid_to)})
    if ends_at < at - LATE_BY:
        raise Refused(_("A pack does not end in the past. Choose a later moment."))
    if ends_at <= row.valid_from:
        raise Refused(
            _("It begins on %(moment)s. To keep it from beginning, withdraw it.")
            % {"moment": _shown(row.valid_from)}
        )
    row.valid_to = ends_at
    _save(row)
    return row


@transaction.atomic
def withdraw(*, pack: UUID, by: User | None, at: datetime, note: str = "") -> Pack:
    """Take back a draft, or a pack that has not begun; what it decided stays explained."""
    row = _locked(pack)
    mine = Permission.PACK_EDIT if row.state == Pack.State.DRAFT else Permission.PACK_PUT_IN_FORCE
    scope.require(mine, row.jurisdiction)
    if row.state == Pack.State.WITHDRAWN:
        raise Refused(_("This version was withdrawn already."))
    if row.state == Pack.State.IN_FORCE and row.valid_from <= at:
        raise Refused(
            _("It has been in force since %(moment)s, and decided. Let it end instead.")
            % {"moment": _shown(row.valid_from)}
        )
    row.state = Pack.State.WITHDRAWN
    row.note = note.strip() or row.note
    _save(row)
    return row


@transaction.atomic
def ensure_shipped(*, at: datetime) -> int:
    """Bring the packs that are shipped with Kapok, each once; how many were brought.

    A pack with one of their codes, in whatever state, is left as it is: people may have changed it.
    """
    n_brought = 0
    for path in sorted(SHIPPED.glob("*.yaml")):
        found = checked(path.read_bytes())
        assert found.body is not None
        _lock(found.body.code)
        if Pack.objects.filter(code=found.body.code).exists():
            continue
        pack = draft(text=found.text, by=None, at=at, note=_("Shipped with Kapok."))
        put_in_force(pack=pack.pk, valid_from=pack.valid_from, by=None, at=at)
        n_brought += 1
    return n_brought


def _lock(code: str) -> None:
    """One writer for each code at a time, so that numbers and periods follow each other."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [code])


def _locked(pack: UUID) -> Pack:
    code = Pack.objects.filter(pk=pack).values_list("code", flat=True).first()
    if code is None:
        raise Refused(_("There is no such version of a pack. Look at the list of packs."))
    _lock(code)
    return Pack.objects.get(pk=pack)


def _save(pack: Pack) -> None:
    """Save with another revision, so that every process reads anew within a second."""
    pack.revision = uuid7()
    pack.save()
    look_up.forget()
    transaction.on_commit(look_up.forget)


def _refuse_other_jurisdiction(body: PackBody) -> None:
    """Versions of one code are over one area: else a new one would end rules elsewhere."""
    others = Pack.objects.filter(code=body.code).exclude(jurisdiction=body.jurisdiction)
    if other := others.exclude(state=Pack.State.WITHDRAWN).first():
        raise Refused(
            _(
                "“%(code)s” is the code of a pack for %(place)s. Give the pack of another area "
                "another code."
            )
            % {"code": body.code, "place": other.jurisdiction}
        )


def _draft_to_replace(pack: UUID, code: str) -> Pack:
    found = Pack.objects.filter(pk=pack, code=code).first()
    if found is None:
        raise Refused(
            _("The code of a draft stays as it is: “%(code)s” is another pack. Make a new draft.")
            % {"code": code}
        )
    if found.state != Pack.State.DRAFT:
        raise Refused(_("This version is no draft any more. Save the text as a new draft."))
    scope.require(Permission.PACK_EDIT, found.jurisdiction)
    return found


def _next_version(code: str) -> Pack:
    last = Pack.objects.filter(code=code).aggregate(last=Max("version"))["last"]
    return Pack(code=code, version=(last or 0) + 1)


def _period(body: PackBody) -> tuple[datetime, datetime | None]:
    """From the first midnight to the last one, where the pack holds."""
    zone = ZoneInfo(body.calendar.zone)
    starts_at = datetime.combine(body.valid_from, time(), zone).astimezone(UTC)
    if body.valid_to is None:
        return starts_at, None
    return starts_at, datetime.combine(body.valid_to, time(), zone).astimezone(UTC)


def _refuse_same_person(row: Pack, by: User | None) -> None:
    if by is not None and by.pk == row.made_by_id:
        raise NotAllowed(_("Who wrote a pack does not put it in force. Ask somebody else who may."))


def _end_the_version_before(row: Pack, valid_from: datetime) -> None:
    """The version that holds then ends; one that begins later stands against it."""
    others = Pack.objects.filter(code=row.code, state=Pack.State.IN_FORCE)
    later = others.filter(valid_from__gte=valid_from)
    if row.valid_to is not None:
        later = later.filter(valid_from__lt=row.valid_to)
    if found := later.order_by("valid_from").first():
        raise Refused(
            _("Version %(version)s is to begin on %(moment)s. Withdraw it, or begin after it.")
            % {"version": found.version, "moment": _shown(found.valid_from)}
        )
    before = others.filter(valid_from__lt=valid_from)
    if ends := before.filter(Q(valid_to=None) | Q(valid_to__gt=valid_from)).first():
        ends.valid_to = valid_from
        _save(ends)


def _shown(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
