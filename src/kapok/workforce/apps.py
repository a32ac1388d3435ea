from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    """Those who do the work: workers, teams, posts, hours."""

    name = "kapok.workforce"
