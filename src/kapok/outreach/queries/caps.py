"""Text messages of the whole box today: how many, what they cost, and which cap is near."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.access import texting
from kapok.access.scope import acting
from kapok.access.texting import HOUR, Counted
from kapok.codes import WIDTH, Level
from kapok.outreach.box import of_letters, of_post
from kapok.outreach.models import Channel

SENT_BY_MINUTE = "SELECT minute, n FROM outreach_sent_by_minute(%s)"
# A code is written to the outbox at the moment that is noted with it.
POSTED = """
    SELECT count(*) FILTER (WHERE posted.at > %(hour)s),
        count(*) FILTER (WHERE posted.at >= %(day)s)
    FROM outreach_posted AS posted JOIN access_outboxmessage AS letter ON letter.id = posted.id
    WHERE posted.at > %(first)s AND NOT EXISTS (
        SELECT FROM access_phonecode AS code
        WHERE code.sent_at = letter.written_at AND letter.holds_code)
"""
SENT = """
    SELECT n_hour, n_day, cost_milli FROM outreach_sent_texts(%(hour)s, %(day)s, %(first)s)
"""


@dataclass(frozen=True)
class Line:
    """One kind of text messages.

    Attributes
    ----------
    cost_milli
        What those of today cost, in thousandths of a yuan; of codes and news the least, one part
        each.
    sentence
        What staff should know and do; empty while the cap is far.
    """

    label: str
    counted: Counted
    cost_milli: int
    is_least: bool
    sentence: str

    @property
    def of_hour(self) -> str:
        """How many went in the last hour, and how many may."""
        return _("%(n)s of %(cap)s") % {
            "n": f"{self.counted.n_hour:,}", "cap": f"{self.counted.cap.per_hour:,}",
        }  # fmt: skip

    @property
    def of_day(self) -> str:
        """How many went today, and how many may."""
        return _("%(n)s of %(cap)s") % {
            "n": f"{self.counted.n_day:,}", "cap": f"{self.counted.cap.per_day:,}",
        }  # fmt: skip

    @property
    def yuan(self) -> str:
        """What those of today cost."""
        return f"{self.cost_milli / 1000:,.2f}"


def sent_by_minute(*, since: datetime) -> dict[datetime, int]:
    """Text messages of notices that went, for whoever goes on counting."""
    with acting(of_post(at=since)), connection.cursor() as cursor:
        cursor.execute(SENT_BY_MINUTE, [since])
        return dict(cursor.fetchall())


def news(*, at: datetime) -> Counted:
    """Texts of the box's own outbox that are no codes."""
    values = _since(at)
    with acting(of_letters(at=at)), connection.cursor() as cursor:
        cursor.execute(POSTED, values)
        n_hour, n_day = cursor.fetchone()
    return Counted(n_hour, n_day, texting.limits().news)


def lines(*, at: datetime) -> tuple[Line, ...]:
    """Codes, news and notices."""
    with acting(of_post(at=at)):
        ways = Channel.objects.filter(kind=Channel.Kind.SMPP, stopped_at=None)
        widest = max(ways, key=lambda way: WIDTH[Level(way.level)], default=None)
        with connection.cursor() as cursor:
            cursor.execute(SENT, _since(at))
            n_hour, n_day, cost = cursor.fetchone()
    price = widest.price_milli if widest else 0
    codes, told = texting.codes(at=at), news(at=at)
    notices = Counted(n_hour, n_day, texting.limits().notices)
    return (
        Line(_("Codes"), codes, codes.n_day * price, True, _of_codes(codes, at)),
        Line(_("News of reports"), told, told.n_day * price, True, _of_news(told)),
        Line(_("Notices"), notices, int(cost), False, _of_notices(notices)),
    )


def _since(at: datetime) -> dict[str, datetime]:
    hour, day = at - HOUR, texting.midnight(at)
    return {"hour": hour, "day": day, "first": min(hour, day)}


def _of_codes(counted: Counted, at: datetime) -> str:
    if counted.is_reached:
        again = localtime(texting.codes_again_at(at))
        return _(
            "Nobody gets a code before %(time)s: the cap is reached. Answer the telephones of the "
            "communities. Where residents ask for so many, raise KAPOK_SMS_CODES; where strangers "
            "do, tell the provider."
        ) % {"time": f"{again:%m-%d %H:%M}"}
    if counted.is_near:
        return _(
            "Codes are near their cap. Look whether residents ask for them, or strangers who burn "
            "money; KAPOK_SMS_CODES raises it."
        )
    return ""


def _of_news(counted: Counted) -> str:
    if counted.is_reached:
        return _(
            "Who reported something hears nothing by text message now: the cap is reached. They "
            "read it on the page. Look whether reports are made up; KAPOK_SMS_NEWS raises it."
        )
    return _("News of reports is near its cap.") if counted.is_near else ""


def _of_notices(counted: Counted) -> str:
    if counted.is_reached:
        return _(
            "Notices wait: their cap is reached. Urgent ones go all the same. KAPOK_SMS_NOTICES "
            "raises it."
        )
    return _("Notices are near their cap.") if counted.is_near else ""
