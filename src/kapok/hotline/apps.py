"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HotlineConfig(AppConfig):
    """Hotline: lines, calls, needs, call-backs, supervision."""

    name = "kapok.hotline"
    verbose_name = _("Hotline")

    def ready(self) -> None:
        """Hear of closed matters and deleted people; say which numbers get no texts."""
        from kapok.access import messages
        from kapok.hotline import hooks
        from kapok.hotline.operations import forgetting
        from kapok.hotline.queries import silence
        from kapok.matters.operations import telling
        from kapok.people.operations import deletion

        if silence.numbers not in messages.SILENCED:
            messages.SILENCED.append(silence.numbers)
        if hooks.hear not in telling.HEARERS:
            telling.HEARERS.append(hooks.hear)
        if forgetting.hear not in deletion.HEARERS:
            deletion.HEARERS.append(forgetting.hear)
