"""What DATABASE_URL may say."""

import pytest

from kapok.box.database import django_settings
from kapok.errors import Refused


def test_every_part_of_an_address_reaches_django():
    asked = django_settings("postgresql://li:p%40ss@db.example.org:6543/town?sslmode=require")

    assert (asked["USER"], asked["PASSWORD"]) == ("li", "p@ss")
    assert (asked["HOST"], asked["PORT"], asked["NAME"]) == ("db.example.org", "6543", "town")
    assert asked["OPTIONS"]["sslmode"] == "require"


def test_a_socket_folder_is_a_host_of_the_query():
    asked = django_settings("postgresql://kapok@/kapok?host=/srv/kapok%20box/postgres")

    assert (asked["HOST"], asked["PORT"]) == ("/srv/kapok box/postgres", "")
    assert "host" not in asked["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "must be the address of a PostgreSQL database"),
        ("mysql://li:secret@db/town", "must be the address of a PostgreSQL database"),
        ("postgresql://li:secret@db:port/town", "is not an address"),
        ("postgresql://li:secret@[db/town", "is not an address"),
        ("postgresql://li:secret@db.example.org/", "does not name a database"),
    ],
)
def test_another_address_is_refused_without_repeating_its_password(url, says):
    with pytest.raises(Refused, match=says) as refusal:
        django_settings(url)

    assert "secret" not in str(refusal.value)
