"""A city of a million people with a mobile each, in 26,610 groups of four levels, made by SQL."""

import os
import time

from django.db import connection

from kapok.access import secrets
from kapok.access.fields import spans
from kapok.access.models import Appointment, User
from kapok.access.scope import Acting, acting
from kapok.box import owner
from kapok.codes import Level

CITY = 440100000000000
N_DISTRICTS, N_STREETS, N_COMMUNITIES, N_GRIDS, N_IN_GRID = 10, 20, 12, 10, 42
N_PEOPLE = N_DISTRICTS * N_STREETS * N_COMMUNITIES * N_GRIDS * N_IN_GRID
N_GROUPS = N_DISTRICTS * (1 + N_STREETS * (1 + N_COMMUNITIES * (1 + N_GRIDS)))
BATCH = 100_000
AREAS = """
    INSERT INTO places_area (id, code, level, parent_id, name_zh, name_en, source, valid_from)
    SELECT uuidv7(), above.code + n * {width}::bigint, '{level}', above.id, '{name}' || n, '',
        'bench', now()
    FROM places_area AS above, generate_series(1, {n}) AS n WHERE above.level = '{above}'
"""
BUILDINGS = """
    INSERT INTO places_building (id, source, source_id, place, name, lon, lat, households)
    SELECT uuidv7(), 'bench', code::text, code, '楼' || code % 1000, 113.2, 23.1, 14
    FROM places_area WHERE level = 'GRID'
"""
DWELLINGS = """
    INSERT INTO people_dwelling (id, building_id, place, room)
    SELECT uuidv7(), id, place, n::text FROM places_building, generate_series(1, 14) AS n
"""
HOUSEHOLDS = """
    INSERT INTO people_household (id, dwelling_id, place, note)
    SELECT uuidv7(), id, place, '' FROM people_dwelling
"""
PEOPLE = """
    INSERT INTO people_person (id, place, household_id, name, name_pinyin, name_tokens, sex,
        identity_kind, nationality, relation, presence, languages, needs, source, is_made_up)
    SELECT uuidv7(), place, id, '示例', '', '{}', 'U', '', '', 'OTHER', 'LIVING', '{}', '{}',
        'bench', true
    FROM people_household, generate_series(1, 3) AS n
"""
CONTACTS = """
    INSERT INTO people_contact (id, place, person_id, kind, value, value_index, tail_index, whose)
    SELECT uuidv7(), person.place, person.id, 'MOBILE', said.value, said.number, said.tail, ''
    FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[], %s::bytea[])
        AS said (person, value, number, tail)
    JOIN people_person AS person ON person.id = said.person
"""


def make() -> None:
    """Everything that a notice meets, as the owner of the tables."""
    began = time.monotonic()
    with owner.connected(), connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(
            "INSERT INTO places_area (id, code, level, name_zh, name_en, source, valid_from) "
            "VALUES (uuidv7(), 440000000000000, 'PROVINCE', '广东省', '', 'bench', now())"
        )
        for level, above, name, width, n in (
            ("CITY", "PROVINCE", "市", 10**11, 1),
            ("DISTRICT", "CITY", "区", 10**9, N_DISTRICTS),
            ("STREET", "DISTRICT", "街", 10**6, N_STREETS),
            ("COMMUNITY", "STREET", "社区", 10**3, N_COMMUNITIES),
            ("GRID", "COMMUNITY", "网格", 1, N_GRIDS),
        ):
            cursor.execute(AREAS.format(level=level, above=above, name=name, width=width, n=n))
        for statement in (BUILDINGS, DWELLINGS, HOUSEHOLDS, PEOPLE):
            cursor.execute(statement.replace("%", "%%"), [])
        _contacts(cursor)
        for table in ("places_area", "people_person", "people_contact", "people_household"):
            cursor.execute(f"ANALYZE {table}")
    print(f"Made {N_PEOPLE:,} people in {time.monotonic() - began:.0f} s.")


def _contacts(cursor) -> None:
    """A mobile for each, encrypted as Kapok does."""
    cursor.execute("SELECT id FROM people_person ORDER BY id")
    keys = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(keys), BATCH):
        part = keys[start : start + BATCH]
        numbers = [f"+86139{start + n:08d}" for n in range(len(part))]
        cursor.execute(
            CONTACTS,
            [
                part,
                secrets.encrypt_all(numbers, about="phone"),
                secrets.blind_indexes(numbers, about="phone"),
                secrets.blind_indexes([number[-4:] for number in numbers], about="phone-tail"),
            ],
        )


def officer(at) -> tuple[User, Acting]:
    """The city's officer, and as what they act."""
    from kapok.access import scope

    with owner.connected():
        account = User.objects.create(username=f"bench-{os.getpid()}-{time.monotonic_ns()}")
        held = Appointment.objects.create(
            account=account, role="city_command", areas=[[440101000000000 - 10**9, "CITY", "市"]],
            ranges=spans([(440100000000000, Level.CITY)]), starts_at=at, given_at=at,
        )  # fmt: skip
    return account, scope.of_appointment(held, at=at)


def notice(at, **more):
    """A notice for the whole city, sent at once."""
    from kapok.outreach.drafts import Draft, Said
    from kapok.outreach.operations import going, writing

    account, who = officer(at)
    words = Said("明早八点停水", "No water from 8", "请存水。", "Please keep some water.")
    said = {"place": CITY, "level": "CITY", "topic": "SUPPLY", "audience": "EVERYONE"} | more
    with acting(who):
        made = writing.write(draft=Draft(words=words, **said), by=account, at=at)
        going.send(notice_id=made.pk, by=account, at=at)
        return made, made.versions.get(), who
