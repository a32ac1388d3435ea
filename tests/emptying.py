"""Taking away what a test that commits has left, before the next one.

Django empties every table there is, and makes the rows of its own tables anew: half a second and
more for each of some hundred tests. On the server of the tests' own, whose superuser we are, only
the tables that have rows are emptied. All are locked meanwhile, as Django does it: what a page of
the last test still does comes to its end before. Elsewhere it is done as Django does it, by the
owner of the tables.
"""

import os
from functools import cache
from typing import Any

import psycopg
from psycopg import sql

SUPERUSER = "KAPOK_TESTS_SUPERUSER"  # the address of the tests' own server, where it is theirs
# What Django writes after migrations, which no test changes.
KEPT = {"django_content_type", "auth_permission"}


def install() -> None:
    """Let Django's ``flush`` do it this way."""
    from django.core.management.commands import flush  # noqa: PLC0415  # needs the settings
    from django.db import connection  # noqa: PLC0415

    from kapok.box import owner  # noqa: PLC0415

    usual = flush.Command.handle

    def handle(command: Any, **options: Any) -> None:
        if SUPERUSER in os.environ:
            _empty(connection.settings_dict["NAME"])
            return
        with owner.connected():
            usual(command, **options)

    flush.Command.handle = handle


@cache
def _tables() -> list[str]:
    from django.db import connection  # noqa: PLC0415

    found = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return sorted(set(found) - KEPT)


def _empty(database: str) -> None:
    from django.core.management import CommandError  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    names = {name: sql.Identifier(name) for name in _tables()}
    connection.close()
    has_rows = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), table)
        for name, table in names.items()
    )
    try:
        with psycopg.connect(os.environ[SUPERUSER], dbname=database) as plain:
            plain.execute(sql.SQL("LOCK TABLE {}").format(sql.SQL(", ").join(names.values())))
            plain.execute("SET LOCAL session_replication_role = replica")  # without any trigger
            for (name,) in plain.execute(has_rows).fetchall():
                plain.execute(sql.SQL("DELETE FROM {}").format(names[name]))
    except psycopg.Error as error:
        raise CommandError(f"{database} could not be emptied: {error}") from error
