"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ZonesConfig(AppConfig):
    """Zones: areas that were closed or restricted by a decision in writing."""

    name = "kapok.zones"
    verbose_name = _("Zones")

    def ready(self) -> None:
        """Let matters know which zone lies over a spot."""
        from kapok.matters import covers
        from kapok.zones.queries import covering

        if covering.find not in covers.FINDERS:
            covers.FINDERS.append(covering.find)
