"""Reading a file of any known format."""

from pathlib import Path

from kapok.places.files.features import read_features
from kapok.places.files.parquet import read_parquet
from kapok.places.files.sheets import Choice, Sheet, everything
from kapok.places.files.sniff import Kind, identify
from kapok.places.files.text import read_text


def read_sheet(
    path: Path,
    *,
    layer: str | None = None,
    choose: Choice = everything,
    numbered: bool = False,
) -> Sheet:
    """Read a file of any known format.

    ``choose(column names, has geometry)`` is asked before the rows are read; it says which columns
    are needed (None: all) and may refuse. ``numbered``: whole numbers that features of GeoJSON have
    beside their properties are their ``id``. Raises ``Refused`` with what to do.
    """
    source = identify(path)
    if source.kind is Kind.CSV:
        return read_text(source, choose)
    if source.kind is Kind.PARQUET:
        return read_parquet(source, choose)
    return read_features(source, layer, choose, numbered=numbered)
