"""What a visitor chose about the look of the pages; kept in a cookie, so it needs no account."""

from django.http import HttpRequest

THEME_COOKIE = "kapok_theme"
THEMES = ("light", "dark")
ONE_YEAR_S = 365 * 24 * 3600


def theme(request: HttpRequest) -> dict[str, str]:
    """Context processor: the chosen theme, or nothing while the system's own setting rules."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {"theme": chosen if chosen in THEMES else ""}
