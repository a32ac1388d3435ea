"""A mobile that residents write down themselves opens their pages, so that it is proven first.

Else anybody could write down a neighbour's number: it would open a stranger's pages by a slip, and
with the number in two households, the neighbour could not reach their own any more.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from kapok.access import masks, phone_codes, secrets
from kapok.access.residents import proven
from kapok.people import operations
from kapok.people.models import Contact
from kapok.people.operations import Reach
from kapok.people.phones import read_phone

WAITING = "own_phone"  # key of the session
ABOUT = "own phone"


@dataclass(frozen=True)
class Waiting:
    """A mobile that waits for its code."""

    person_id: UUID
    number: str

    @property
    def shown(self) -> str:
        """The number, masked."""
        return masks.phone(self.number)


def must_be_proven(request: HttpRequest, reach: Reach) -> bool:
    """Whether a telephone would open pages, and is not the one that was proven just now."""
    if reach.kind != Contact.Kind.MOBILE:
        return False
    number = read_phone(reach.number).e164
    return secrets.blind_index(number, about="phone") != proven(request)


def send(request: HttpRequest, *, person_id: UUID, reach: Reach, at: datetime) -> None:
    """Send a code to it, and keep it (encrypted) until the code comes back."""
    number = read_phone(reach.number).e164
    address = get_adapter().get_client_ip(request)
    phone_codes.send_code(phone=number, address=address, at=at)
    kept = secrets.encrypt(number, about=ABOUT).hex()
    request.session[WAITING] = {"person": str(person_id), "number": kept}


def waiting_for(request: HttpRequest, person_id: UUID) -> Waiting | None:
    """The mobile that waits to be written down for somebody."""
    kept = request.session.get(WAITING)
    if kept is None or kept["person"] != str(person_id):
        return None
    return Waiting(person_id, secrets.decrypt(bytes.fromhex(kept["number"]), about=ABOUT))


def prove(request: HttpRequest, waiting: Waiting, *, code: str, at: datetime) -> None:
    """Write it down when the code is right. Raises ``Refused``; the try counts all the same."""
    index = secrets.blind_index(waiting.number, about="phone")
    phone_codes.take_code(phone_index=index, code=code, at=at)
    operations.add_contact(person_id=waiting.person_id, reach=Reach(waiting.number), by=None, at=at)
    del request.session[WAITING]
