"""Requests of residents, for the data protection officer."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from kapok.access.models import Look
from kapok.access.trace import look
from kapok.people.models import RightsRequest
from kapok.people.queries.file import place_name

MOST = 50


@dataclass(frozen=True)
class RequestLine:
    """One request. Whose it is, is an opaque key: the answer needs no more."""

    id: UUID
    person_id: UUID
    kind: str
    text: str
    place_name: str
    asked_on: date
    answer_by: date
    is_late: bool
    is_open: bool
    status: str
    answer: str
    answered_on: date | None


@dataclass(frozen=True)
class Requests:
    """Those that wait, the earliest day first, and the latest that were answered."""

    waiting: tuple[RequestLine, ...]
    answered: tuple[RequestLine, ...]
    n_waiting: int


def requests(*, today: date) -> Requests:
    """The requests of one's places, written into the trace."""
    open_now = RightsRequest.objects.filter(status=RightsRequest.Status.ASKED)
    done = RightsRequest.objects.exclude(status=RightsRequest.Status.ASKED)
    waiting = list(open_now.order_by("answer_by", "id")[:MOST])
    answered = list(done.order_by("-answered_at")[:MOST])
    look(Look.Action.LIST, [each.person_id for each in (*waiting, *answered)])
    return Requests(
        tuple(request_line(each, today) for each in waiting),
        tuple(request_line(each, today) for each in answered),
        open_now.count(),
    )


def request_line(row: RightsRequest, today: date) -> RequestLine:
    """A request as pages show it."""
    is_open = row.status == RightsRequest.Status.ASKED
    return RequestLine(
        id=row.pk,
        person_id=row.person_id,
        kind=row.get_kind_display(),
        text=row.text,
        place_name=place_name(row.place),
        asked_on=localdate(row.asked_at),
        answer_by=row.answer_by,
        is_late=is_open and row.answer_by < today,
        is_open=is_open,
        status=row.get_status_display(),
        answer=row.answer,
        answered_on=localdate(row.answered_at) if row.answered_at else None,
    )
