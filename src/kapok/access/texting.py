"""Text messages cost money: to which numbers they go, and how many the whole box sends.

A stranger can have codes sent to any number, and earns on those of some lines and countries. So
texts go to mobiles of the countries that the box allows, and codes, news of reports and notices
each have a cap of their own for an hour and for a day (``kapok.box.texting``).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import phonenumbers
from django.conf import settings
from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok import words
from kapok.access.models import PhoneCode
from kapok.box.texting import Cap, Texting
from kapok.errors import Refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEAR = 0.8  # of a cap, from which on staff are told
MOBILE = frozenset(
    {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
)


@dataclass(frozen=True)
class Counted:
    """How many text messages of one kind were sent in the last hour and since midnight."""

    n_hour: int
    n_day: int
    cap: Cap

    @property
    def room(self) -> int:
        """How many more may go now."""
        return max(0, min(self.cap.per_hour - self.n_hour, self.cap.per_day - self.n_day))

    @property
    def is_reached(self) -> bool:
        """Whether no more may go."""
        return self.room == 0

    @property
    def is_near(self) -> bool:
        """Whether staff should look, before it is reached."""
        return self.n_hour >= NEAR * self.cap.per_hour or self.n_day >= NEAR * self.cap.per_day


def limits() -> Texting:
    """What this box allows."""
    found: Texting = settings.TEXTING
    return found


def why_not(number: str) -> str:
    """Why no text message goes to a canonical number; empty: it may."""
    prefixes = limits().prefixes
    if not number.startswith(prefixes):
        return _(
            "Text messages go only to numbers that begin with %(prefixes)s: use a mobile of here, "
            "or telephone your community."
        ) % {"prefixes": words.listed(prefixes)}
    if phonenumbers.number_type(phonenumbers.parse(number)) not in MOBILE:
        return _("No text message goes to this number: it is not a mobile. Write that of a mobile.")
    return ""


def refuse_number(number: str) -> None:
    """Raise :class:`~kapok.errors.Refused` for a number that text messages do not go to."""
    why = why_not(number)
    if why:
        raise Refused(why)


def midnight(at: datetime) -> datetime:
    """When the day began, here."""
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def next_day(at: datetime) -> datetime:
    """When the count of a day begins anew."""
    return midnight(midnight(at) + 1.5 * DAY)


def codes(*, at: datetime) -> Counted:
    """Codes that were sent, whoever asked for them."""
    hour, day = at - HOUR, midnight(at)
    found = PhoneCode.objects.filter(sent_at__gte=min(hour, day)).aggregate(
        n_hour=Count("pk", filter=Q(sent_at__gt=hour)),
        n_day=Count("pk", filter=Q(sent_at__gte=day)),
    )
    return Counted(found["n_hour"], found["n_day"], limits().codes)


def refuse_code_too_many(*, at: datetime, helpline: str = "") -> None:
    """Raise :class:`~kapok.errors.Refused` where the whole box sent as many codes as it may.

    ``helpline`` is the telephone of the community of whoever asks, where that is known.
    """
    if not codes(at=at).is_reached:
        return
    said: dict[str, Any] = {"time": f"{localtime(codes_again_at(at)):%H:%M}", "number": helpline}
    if helpline:
        raise Refused(
            _(
                "So many codes were asked for in the whole town that none is sent before %(time)s. "
                "Telephone your community at %(number)s: it does for you what this page does."
            )
            % said
        )
    raise Refused(
        _(
            "So many codes were asked for in the whole town that none is sent before %(time)s. "
            "Telephone your community: it does for you what this page does."
        )
        % said
    )


def codes_again_at(at: datetime) -> datetime:
    """When the next code may be sent, while the cap is reached."""
    found, cap = codes(at=at), limits().codes
    if found.n_day >= cap.per_day or not cap.per_hour:
        return next_day(at)
    latest = PhoneCode.objects.filter(sent_at__gt=at - HOUR).order_by("-sent_at")
    sent_at: datetime = latest.values_list("sent_at", flat=True)[cap.per_hour - 1]
    return sent_at + HOUR
