"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Online home: short addresses, posters, requests for help, self-reports, bookings."""

    name = "kapok.portal"
    verbose_name = _("Online home")

    def ready(self) -> None:
        """Let the homes show what offices announce and lines of hotlines; hear of sites."""
        from kapok.planning import booked
        from kapok.portal import lines, notices, numbers
        from kapok.portal.announced import Announced
        from kapok.portal.operations import called_off

        if called_off.hear not in booked.LISTENERS:
            booked.LISTENERS.append(called_off.hear)
        if lines.numbers not in numbers.SOURCES:
            numbers.SOURCES.append(lines.numbers)
        if not any(isinstance(source, Announced) for source in notices.SOURCES):
            notices.SOURCES.append(Announced())
