from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Areas, buildings, grids and their versions."""

    name = "kapok.places"

    def ready(self) -> None:
        """Tell the app below how places are called."""
        from kapok.access.oversight.names import provide_places
        from kapok.places.names import of_places

        provide_places(of_places)
