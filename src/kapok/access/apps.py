from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts: the lowest of the apps."""

    name = "kapok.access"
