"""What a view behind the sign-in page may rely on."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from kapok.access.models import Appointment, User


class SignedInRequest(HttpRequest):
    """A request of somebody who signed in; only a name for types, requests are never made of it."""

    user: User
    htmx: HtmxDetails
    appointments: list[Appointment]
    appointment: Appointment | None
