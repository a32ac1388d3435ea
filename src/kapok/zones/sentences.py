"""Words that orders, pages and the trace share."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kapok.packs.schema import Retask


def moment(at: datetime) -> str:
    """A moment as people of the place write it."""
    return date_format(localtime(at), "DATETIME_FORMAT")


def reason(zone: str, rule: Retask) -> str:
    """What stands in the trace of a matter that a zone moved, in the town's language."""
    with translation.override(settings.LANGUAGE_CODE):
        said = rule.reason.here() if rule.reason else ""
        text = _("Zone “%(zone)s”") % {"zone": zone}
    return f"{text}：{said}"[:500] if said else text


def over(zone: str) -> str:
    """Why a matter is moved back."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Zone “%(zone)s” no longer holds here") % {"zone": zone}
