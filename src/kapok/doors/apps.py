"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoorsConfig(AppConfig):
    """Doors: report page, interfaces, form applications, lists, mail, webhooks."""

    name = "kapok.doors"
    verbose_name = _("Doors")

    def ready(self) -> None:
        """Hear of moves, so that webhooks tell of them."""
        from kapok.doors.operations import hooks
        from kapok.matters.operations import telling

        if hooks.hear not in telling.HEARERS:
            telling.HEARERS.append(hooks.hear)
