from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas, buildings, grids and their versions."""

    name = "kapok.places"
