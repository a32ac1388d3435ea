"""Whatever a sample shows on the map is named beside it, with who is to be named."""

from datetime import UTC, datetime

import pytest

from kapok.places.queries.desk import desk
from kapok.samples.singapore import files, loading
from kapok.samples.singapore.town import CODE, SOURCES, singapore

from .singapore.conftest import rows, write


@pytest.mark.django_db
def test_the_grid_desk_names_all_sources_of_singapore(tmp_path):
    town = singapore(files.read(write(tmp_path, rows()))).town
    loading.put_in_force(town, at=datetime(2026, 1, 1, tzinfo=UTC))

    shown = desk(CODE)

    assert {source.key for source in shown.sources} == {source.key for source in SOURCES}
    assert any("OpenStreetMap" in source.attribution for source in shown.sources)
