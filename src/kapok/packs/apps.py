from django.apps import AppConfig


class PacksConfig(AppConfig):
    """Rules as dated, sourced data: kinds of matter, clocks, zones, values."""

    name = "kapok.packs"
