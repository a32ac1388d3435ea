"""The app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MattersConfig(AppConfig):
    """Matters 事项: reported, accepted, assigned, in progress, done, checked, closed."""

    name = "kapok.matters"
    verbose_name = _("Matters")
