"""Shifts: made when a plan is put in force, withdrawn with it, cancelled one by one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kapok.access import scope
from kapok.access.models import User
from kapok.access.roles import Permission
from kapok.errors import NotAllowed, Refused
from kapok.ids import uuid7
from kapok.workforce import limits, workflow
from kapok.workforce.limits import Span
from kapok.workforce.models import Shift, SwapOffer
from kapok.workforce.models.shifts import LONGEST_DUTY
from kapok.workforce.operations.rules import lock, lock_all, sentence, told
from kapok.workforce.queries.timetables import timetables
from kapok.workforce.workflow import OPEN_SWAPS, ShiftState, SwapState

BATCH = 1000


@dataclass(frozen=True)
class WantedShift:
    """A shift that a plan asks for; without an ``account`` it is an open seat.

    ``account`` is the key of the worker's account. ``kind`` is one of ``Shift.Kind``.
    """

    account: UUID | None
    post: str
    starts_at: datetime
    ends_at: datetime
    task: str = ""
    party: str = ""
    kind: str = Shift.Kind.DUTY


@transaction.atomic
def make_shifts(
    *, duties: Sequence[WantedShift], plan: UUID | None, place: int, by: User | None, at: datetime
) -> list[Shift]:
    """Make the shifts of a plan at a place: all of them, or none; those that are over are left out.

    Raises :class:`~kapok.errors.Refused` with a sentence that names the first person who has
    another shift then. Whoever calls acts for the purpose of running the service.
    """
    scope.require(Permission.TEAM_MANAGE, place)
    wanted = [duty for duty in duties if duty.ends_at > at]
    for duty in wanted:
        _refuse_odd(duty)
    lock_all()
    _refuse_taken(wanted, place)
    _refuse_doubled(wanted, plan, place)
    rows = [
        Shift(
            id=uuid7(),
            account_id=duty.account,
            place=place,
            post=duty.post.strip(),
            task=duty.task.strip(),
            party=duty.party.strip(),
            kind=duty.kind,
            starts_at=duty.starts_at,
            ends_at=duty.ends_at,
            plan=plan,
            made_by=by,
            made_at=at,
        )
        for duty in wanted
    ]
    return Shift.objects.bulk_create(rows, batch_size=BATCH)


@transaction.atomic
def exchange_shifts(
    *,
    duties: Sequence[WantedShift],
    former: UUID,
    plan: UUID,
    place: int,
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    """Put the shifts of a plan in the place of a former plan's, all of them or none.

    What both plans have stays as it is, in calendars too; the rest of the former is cancelled where
    it has not begun, and the rest of the new is made as by :func:`make_shifts`.
    """
    scope.require(Permission.TEAM_MANAGE, place)
    lock_all()
    standing = Shift.objects.filter(plan=former, state=ShiftState.PLANNED, ends_at__gt=at)
    there: dict[WantedShift, list[UUID]] = defaultdict(list)
    for shift in standing:
        there[_as_wanted(shift)].append(shift.pk)
    kept, wanted = [], []
    for duty in duties:
        same = there.get(_tidy(duty))
        if same:
            kept.append(same.pop())
        else:
            wanted.append(duty)
    Shift.objects.filter(pk__in=kept).update(plan=plan)
    withdraw_shifts(plan=former, reason=reason, by=by, at=at)
    make_shifts(duties=wanted, plan=plan, place=place, by=by, at=at)


def _tidy(duty: WantedShift) -> WantedShift:
    """As it would be kept."""
    return replace(
        duty,
        post=duty.post.strip(),
        task=duty.task.strip(),
        party=duty.party.strip(),
        kind=str(duty.kind),
    )


def _as_wanted(shift: Shift) -> WantedShift:
    return WantedShift(
        shift.account_id, shift.post, shift.starts_at, shift.ends_at, shift.task, shift.party,
        str(shift.kind),
    )  # fmt: skip


@transaction.atomic
def withdraw_shifts(*, plan: UUID, reason: str, by: User | None, at: datetime) -> int:
    """Cancel the shifts of a plan that have not begun; how many. Those that have begun stay."""
    scope.require(Permission.TEAM_MANAGE)
    lock_all()
    rows = Shift.objects.filter(plan=plan, state=ShiftState.PLANNED, starts_at__gt=at)
    keys = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    n = Shift.objects.filter(pk__in=keys).update(
        state=ShiftState.CANCELLED, reason=_needed(reason), changed_at=at
    )
    if n != len(keys):
        raise NotAllowed(_("Some shifts of this plan lie outside your places."))
    withdraw_offers(keys, at=at)
    return n


@transaction.atomic
def cancel_shift(
    *, shift_id: UUID, reason: str, seat_stays: bool = False, by: User | None, at: datetime
) -> Shift:
    """Cancel a shift that is not over, with a reason that the worker reads.

    ``seat_stays``: the post still needs somebody, and an open seat takes its place.
    """
    shift = led_shift(shift_id)
    shift.state = workflow.after(shift.state, "cancel shift")
    if shift.ends_at <= at:
        raise Refused(_("This shift is over. Correct the hours instead."))
    if seat_stays and shift.account_id is None:
        raise Refused(_("This seat is open already. Cancel it for good, or give it to somebody."))
    shift.reason, shift.changed_at = _needed(reason), at
    shift.save(update_fields=["state", "reason", "changed_at"])
    withdraw_offers([shift.pk], at=at)
    if seat_stays:
        Shift.objects.bulk_create([_opened(shift, by, at)])
    return shift


def led_shift(shift_id: UUID) -> Shift:
    """The shift, locked with its worker, for whoever leads its place."""
    seen = Shift.objects.filter(pk=shift_id).values_list("account", flat=True).first()
    lock([seen])
    rows = Shift.objects.select_for_update(of=("self",)).select_related("account")
    shift = rows.filter(pk=shift_id).first()
    if shift is None:
        raise NotAllowed(_("This shift lies outside your places, or is no longer."))
    scope.require(Permission.TEAM_MANAGE, shift.place)
    return shift


def withdraw_offers(keys: Iterable[UUID], *, at: datetime) -> None:
    """Take back what is still offered or promised of shifts that are not whose they were."""
    wanted = list(keys)
    for field in ("shift__in", "in_return__in"):
        rows = SwapOffer.objects.filter(**{field: wanted}, state__in=OPEN_SWAPS)
        rows.update(state=SwapState.WITHDRAWN, decided_at=at)


def _opened(shift: Shift, by: User | None, at: datetime) -> Shift:
    return Shift(
        place=shift.place,
        post=shift.post,
        task=shift.task,
        party=shift.party,
        kind=shift.kind,
        starts_at=max(shift.starts_at, at),
        ends_at=shift.ends_at,
        plan=shift.plan,
        made_by=by,
        made_at=at,
    )


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why the shift is cancelled; whoever was to come reads it."))
    return reason.strip()


def _refuse_odd(duty: WantedShift) -> None:
    said = {"post": duty.post, "when": f"{duty.starts_at:%Y-%m-%d %H:%M}"}
    if not duty.post.strip():
        raise Refused(_("A shift at %(when)s has no post. Name each post.") % said)
    for field in ("post", "task", "party"):
        most: int = Shift._meta.get_field(field).max_length  # type: ignore[union-attr, assignment]
        if len(getattr(duty, field).strip()) > most:
            raise Refused(
                _("“%(words)s” has over %(most)d signs, which is too long for a shift. Shorten it.")
                % {"words": getattr(duty, field).strip(), "most": most}
            )
    if duty.ends_at <= duty.starts_at:
        raise Refused(_("The shift at “%(post)s” from %(when)s ends before it begins.") % said)
    if duty.kind == limits.DUTY and duty.ends_at - duty.starts_at > LONGEST_DUTY:
        raise Refused(
            _("The duty at “%(post)s” from %(when)s is longer than 16 hours. Part it.") % said
        )


def _refuse_taken(wanted: Sequence[WantedShift], place: int) -> None:
    """Refuse where somebody would have two shifts at once, of this plan or besides it.

    Beside shifts that they have already, they also get their rest, and no duty while away.
    """
    by_account: dict[UUID, list[Span]] = defaultdict(list)
    for duty in wanted:
        if duty.account:
            by_account[duty.account].append(
                Span(uuid7(), duty.kind, duty.post, place, duty.starts_at, duty.ends_at)
            )
    if not by_account:
        return
    people = User.objects.in_bulk(list(by_account))
    missing = [duty.post for duty in wanted if duty.account and duty.account not in people]
    if missing:
        raise Refused(
            _("A shift at “%(post)s” is for an account that is not there. Plan anew.")
            % {"post": missing[0]}
        )
    begins = min(duty.starts_at for duty in wanted)
    rest, ends = limits.USUAL.rest, max(duty.ends_at for duty in wanted)
    others = timetables(by_account, begins - rest, ends + rest)
    for account, spans in by_account.items():
        found = limits.first_overlap([*spans, *others[account]])
        if found:
            raise Refused(
                _("%(name)s has another shift then: %(first)s and %(second)s. Plan anew.")
                % {"name": people[account], "first": told(found[0]), "second": told(found[1])}
            )
        if clash := limits.first_clash(spans, others[account]):
            raise Refused(sentence(clash, str(people[account])))


def _refuse_doubled(wanted: Sequence[WantedShift], plan: UUID | None, place: int) -> None:
    """Refuse open seats that another plan has made already: nobody would notice the second ones."""
    seats = {
        (duty.post.strip(), duty.starts_at, duty.ends_at): duty
        for duty in wanted
        if not duty.account
    }
    others = Shift.objects.filter(
        place=place, state=ShiftState.PLANNED, plan__isnull=False,
        starts_at__in={start for _post, start, _end in seats},
    ).exclude(plan=plan)  # fmt: skip
    for key in others.values_list("post", "starts_at", "ends_at"):
        if key in seats:
            raise Refused(
                _(
                    "Another plan in force has the seats of “%(post)s” at that time already. "
                    "End that plan first, or mend it."
                )
                % {"post": key[0]}
            )
