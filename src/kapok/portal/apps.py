"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Online home: short addresses, posters, requests for help, self-reports, bookings."""

    name = "kapok.portal"
    verbose_name = _("Online home")

    def ready(self) -> None:
        """Let the homes show what offices announce."""
        from kapok.portal import notices
        from kapok.portal.announced import Announced

        if not any(isinstance(source, Announced) for source in notices.SOURCES):
            notices.SOURCES.append(Announced())
