"""Figures in words: shares, times, and counts that are too small to be told."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def share(value: float | None) -> str:
    """A share in percent; a dash where nothing can be said."""
    return "–" if value is None else f"{value:.0%}".replace("%", " %")


@register.filter
def seconds(value: float | None) -> str:
    """A time in seconds, or in minutes from two minutes on."""
    if value is None:
        return "–"
    if value < 120:
        return _("%(n)s s") % {"n": f"{value:.0f}"}
    return _("%(n)s min") % {"n": f"{value / 60:.1f}"}


@register.filter
def at_least_five(value: int | None) -> str:
    """A count about people; fewer than five are not told."""
    return "<5" if value is None else f"{value:,}"
