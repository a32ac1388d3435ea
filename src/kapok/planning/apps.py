"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Plans: rosters, closed duty, sites, hotlines."""

    name = "kapok.planning"
    verbose_name = _("Plans")

    def ready(self) -> None:
        """Let planners speak the language of the page."""
        from kapok import words

        words.follow(get_language)
