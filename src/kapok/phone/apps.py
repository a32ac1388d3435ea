from django.apps import AppConfig


class PhoneConfig(AppConfig):
    """The shell of the app that field workers carry; what it holds comes through the interface."""

    name = "kapok.phone"
