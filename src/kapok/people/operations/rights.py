"""What residents ask of the data protection officer, and the answers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kapok.access import scope, secrets
from kapok.access.messages import send_text
from kapok.access.models import Look, User
from kapok.access.roles import Permission
from kapok.access.trace import look
from kapok.errors import Refused
from kapok.people.models import Contact, RightsRequest
from kapok.people.operations import deletion, locking

ANSWER_DAYS = 15
MOST_OPEN = 10  # of one person
MOST_REASON = 300  # letters of an answer that a certificate keeps


@transaction.atomic
def ask(*, person_id: UUID, kind: str, text: str, at: datetime) -> RightsRequest:
    """A resident asks for something that they cannot do themselves; answered within 15 days."""
    scope.require(Permission.REQUEST_ASK)
    person = locking.person(person_id, Permission.REQUEST_ASK)
    wants_words = kind in {RightsRequest.Kind.CORRECT, RightsRequest.Kind.EXPLAIN}
    if wants_words and not text.strip():
        raise Refused(_("Write what is wrong, or what should be explained."))
    open_now = RightsRequest.objects.filter(person=person, status=RightsRequest.Status.ASKED)
    if not wants_words and open_now.filter(kind=kind).exists():
        raise Refused(_("You have asked for this already. The answer will be here by its day."))
    if open_now.count() >= MOST_OPEN:
        raise Refused(_("Ten of your requests are still open. Wait for the first answers."))
    made = RightsRequest.objects.create(
        place=person.place,
        person=person,
        kind=kind,
        text=text.strip(),
        asked_at=at,
        answer_by=localdate(at) + timedelta(days=ANSWER_DAYS),
    )
    locking.changed(person, made.pk)
    return made


@transaction.atomic
def answer(*, request_id: UUID, granted: bool, text: str, by: User, at: datetime) -> RightsRequest:
    """The data protection officer answers. A refusal needs reasons (PIPL 50).

    A deletion that is granted is carried out at once; the answer then goes to the resident's
    telephones, since nothing of them is left to show it on.
    """
    scope.require(Permission.REQUEST_ANSWER)
    request = RightsRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None:
        raise Http404
    if request.status != RightsRequest.Status.ASKED:
        raise Refused(_("This request was answered already. An answer stays as it is."))
    if not text.strip():
        raise Refused(_("Write the answer in a sentence that the resident will read."))
    status = RightsRequest.Status.GRANTED if granted else RightsRequest.Status.REFUSED
    request.status, request.answer = status, text.strip()
    request.answered_at, request.answered_by = at, by
    request.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    look(Look.Action.CHANGE, [request.person_id, request.pk], place=request.place)
    if granted and request.kind == RightsRequest.Kind.DELETE:
        _delete(request, by=by, at=at)
    return request


def _delete(request: RightsRequest, *, by: User, at: datetime) -> None:
    """Delete whoever asked for it, and tell them that it is done."""
    with scope.acting(scope.of_deletion(at=at, account=by.pk)):
        kept = Contact.objects.filter(person=request.person_id, kind=Contact.Kind.MOBILE)
        numbers = [secrets.decrypt(bytes(each.value), about="phone") for each in kept]
    certificate = deletion.delete_person(
        person_id=request.person_id, by=by, at=at, why=request.answer[:MOST_REASON]
    )
    told = _("What Kapok held of you is deleted (certificate %(number)s). %(answer)s") % {
        "number": str(certificate.pk)[-12:],
        "answer": request.answer,
    }
    for number in numbers:
        send_text(number, told, at=at)
