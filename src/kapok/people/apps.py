from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Residents and their households, registers, consents, lists."""

    name = "kapok.people"
