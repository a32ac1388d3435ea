"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """Hotline: lines, calls, needs, call-backs, supervision."""

    name = "kapok.hotline"
    verbose_name = _("Hotline")
