"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """Hotline: lines, calls, needs, call-backs, supervision."""

    name = "kapok.hotline"
    verbose_name = _("Hotline")

    def ready(self) -> None:
        """Hear when matters that were opened in calls are closed, and when people are deleted."""
        from kapok.hotline import hooks
        from kapok.hotline.operations import forgetting
        from kapok.matters.operations import telling
        from kapok.people.operations import deletion

        if hooks.hear not in telling.HEARERS:
            telling.HEARERS.append(hooks.hear)
        if forgetting.hear not in deletion.HEARERS:
            deletion.HEARERS.append(forgetting.hear)
