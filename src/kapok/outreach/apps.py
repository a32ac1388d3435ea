"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    """Outreach: groups of four levels, notices that go down, answers that come up."""

    name = "kapok.outreach"
    verbose_name = _("Outreach")
