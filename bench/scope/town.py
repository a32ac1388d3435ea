"""A million people made by SQL in a server of its own: 100 communities of 20 grids of 500."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kapok.box import postgres

FIRST = 440103001001000  # the first community
N_COMMUNITIES, N_GRIDS, N_IN_GRID = 100, 20, 500
PEOPLE = f"""
    INSERT INTO people_person (id, place, name, name_pinyin, name_tokens, sex, identity_kind,
        identity_index, nationality, relation, presence, languages, needs, source, is_made_up)
    SELECT uuidv7(interval '1 ms' * n), {FIRST} + 1000 * (n / {N_GRIDS * N_IN_GRID}) + 1
            + n / {N_IN_GRID} %% {N_GRIDS},
        chr(0x4e00 + n * 7 %% 400) || chr(0x4e00 + n * 13 %% 2000)
            || chr(0x4e00 + n * 31 %% 2000), '',
        ARRAY[n * 7 %% 400, n * 13 %% 2000, n * 31 %% 2000], 'U', '',
        substr(sha256(n::text::bytea), 1, 16), '', 'OTHER', 'LIVING', '{{}}', '{{}}', 'bench', true
    FROM generate_series(0, %s - 1) AS n
"""
CONTACTS = """
    INSERT INTO people_contact (id, place, person_id, kind, value, value_index, tail_index, whose)
    SELECT gen_random_uuid(), place, id, 'MOBILE', '\\x00', identity_index,
        substr(sha256(('tail' || get_byte(identity_index, 0) * 39
            + get_byte(identity_index, 1) %% 39)::bytea), 1, 16), ''
    FROM people_person
"""


@contextmanager
def made(folder: Path, n_people: int) -> Iterator[postgres.Server]:
    """The server with the people in it, stopped at the end; Django is set up on it."""
    server = postgres.start(folder / "postgres", durable=False)
    try:
        os.environ |= {
            "KAPOK_DATA": str(folder),
            "KAPOK_SECRET_KEY": "only-for-benches",
            "DATABASE_URL": server.url(),
            "DATABASE_OWNER_URL": server.url(role=postgres.OWNER),
            "DJANGO_SETTINGS_MODULE": "kapok.settings",
        }
        set_up()
        if n_people:
            fill(n_people)
        yield server
    finally:
        server.stop()


def set_up() -> None:
    """Django, the tables and their policies."""
    import django

    django.setup()
    from django.core.management import call_command

    from kapok.access import installing, secrets
    from kapok.box import owner

    secrets.make_keys()
    with owner.connected():
        call_command("migrate", interactive=False, verbosity=0)
        installing.install(owner.application_role())


def fill(n_people: int) -> None:
    """The people, each with one telephone."""
    from django.db import connection

    from kapok.box import owner

    began = time.monotonic()
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute(PEOPLE, [n_people])
        cursor.execute(CONTACTS.replace("%%", "%"))
        cursor.execute("ANALYZE")
    sys.stderr.write(f"{n_people:,} people in {time.monotonic() - began:.0f} s\n")
