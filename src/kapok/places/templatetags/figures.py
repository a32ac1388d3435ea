"""How figures are written: grouped by thousands in both languages, shares in per cent."""

from django import template

register = template.Library()


@register.filter
def count(value: int | None) -> str:
    """A whole number, ``12,345``; a dash where it is not known."""
    return "–" if value is None else f"{value:,}"


@register.filter
def percent(share: float) -> str:
    """A share of one as ``12.3%``; never rounded to all or nothing unless it is."""
    if 0.9995 <= share < 1:
        return "99.9%"
    if 0 < share < 0.0005:
        return "<0.1%"
    return f"{share:.1%}" if share not in {0, 1} else f"{share:.0%}"


@register.filter
def metres(value: float) -> str:
    """A length with one digit after the point."""
    return f"{value:,.1f}"
