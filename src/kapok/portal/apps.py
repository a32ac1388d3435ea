"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Online home: short addresses, posters, requests for help, self-reports, bookings."""

    name = "kapok.portal"
    verbose_name = _("Online home")
