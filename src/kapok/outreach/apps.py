"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    """Outreach: groups of four levels, notices that go down, answers that come up."""

    name = "kapok.outreach"
    verbose_name = _("Outreach")

    def ready(self) -> None:
        """Let the box's own outbox say whether its texts leave."""
        from kapok.access import messages
        from kapok.outreach.operations import letters

        if letters.is_connected not in messages.CONNECTIONS:
            messages.CONNECTIONS.append(letters.is_connected)
