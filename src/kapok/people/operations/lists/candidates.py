"""Who among the people of the acting places may be meant by the rows of a list.

The database finds them by equal papers and telephones (blind indexes), and by a token of the name
beside an equal birth date or building. Under the policies nobody outside the places is found; of
them only their papers are asked, and only whether they exist.
"""

from collections.abc import Sequence
from uuid import UUID

import polars as pl
from django.db import connection

from kapok.access import secrets
from kapok.people import names
from kapok.people.lists.values import SIDE, Values, frame_of

WANTED = """
    CREATE TEMPORARY TABLE wanted (
        row integer, identity bytea, phones bytea[], birth date, building uuid, tokens integer[]
    ) ON COMMIT DROP
"""
PAIRS = """
    CREATE TEMPORARY TABLE pairs ON COMMIT DROP AS
    SELECT wanted.row, person.id
    FROM wanted JOIN people_person AS person ON person.identity_index = wanted.identity
    WHERE person.left_at IS NULL
    UNION
    SELECT wanted.row, contact.person_id
    FROM wanted CROSS JOIN unnest(wanted.phones) AS phone
    JOIN people_contact AS contact ON contact.value_index = phone
    UNION
    SELECT wanted.row, person.id
    FROM wanted JOIN people_person AS person ON person.birth_date = wanted.birth
    WHERE person.name_tokens && wanted.tokens AND person.left_at IS NULL
    UNION
    SELECT wanted.row, person.id
    FROM wanted
    JOIN people_dwelling AS home ON home.building_id = wanted.building
    JOIN people_household AS household ON household.dwelling_id = home.id
    JOIN people_person AS person ON person.household_id = household.id
    WHERE person.name_tokens && wanted.tokens AND person.left_at IS NULL
"""
FOUND = """
    SELECT pairs.row, person.id, person.name, person.birth_date, person.sex, person.identity,
        home.building_id, home.room,
        ARRAY(SELECT value FROM people_contact WHERE person_id = person.id)
    FROM pairs JOIN people_person AS person ON person.id = pairs.id
    LEFT JOIN people_household AS household ON household.id = person.household_id
    LEFT JOIN people_dwelling AS home ON home.id = household.dwelling_id
    WHERE person.left_at IS NULL
    ORDER BY pairs.row, person.id
"""
SCHEMA = {"row": pl.UInt32, "candidate": pl.String} | {f"{c}_r": pl.String for c in SIDE}


def find_candidates(rows: Sequence[Values]) -> pl.DataFrame:
    """Pairs of a row (its place in ``rows``) and a person, with the columns of both sides."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS wanted, pairs")
        cursor.execute(WANTED)
        with cursor.copy("COPY wanted FROM STDIN") as copy:
            for at, row in enumerate(rows):
                copy.write_row(_wanted(at, row))
        cursor.execute("ANALYZE wanted")
        cursor.execute(PAIRS)
        cursor.execute("ANALYZE pairs")
        cursor.execute(FOUND)
        found = [_readable(person) for person in cursor.fetchall()]
    right = pl.DataFrame(found, schema=SCHEMA, orient="row")
    left = frame_of(rows).rename({c: f"{c}_l" for c in SIDE}).with_row_index("row")
    return right.join(left, on="row", maintain_order="left")


def known_elsewhere(rows: Sequence[Values]) -> set[str]:
    """The numbers of papers that belong to somebody outside the acting places."""
    indexes = {identity_index(row.identity): row.identity for row in rows if row.identity}
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_exist_elsewhere(%s)", [list(indexes)])
        return {indexes[bytes(index)] for (index,) in cursor.fetchall()}


def n_people() -> int:
    """About how many people there are, for how likely it is that two are one by chance."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'people_person'")
        [n] = cursor.fetchone()
    return max(1_000, n)


def identity_index(number: str) -> bytes:
    """What a number of papers is looked up by."""
    return secrets.blind_index(number, about="identity")


def phone_index(number: str) -> bytes:
    """What a telephone number is looked up by."""
    return secrets.blind_index(number, about="phone")


def _wanted(at: int, row: Values) -> tuple[object, ...]:
    return (
        at,
        identity_index(row.identity) if row.identity else None,
        [phone_index(phone) for phone in row.phones],
        row.birth_date or None,
        UUID(row.building) if row.building else None,
        list(names.tokens(row.name)),
    )


def _readable(person: tuple) -> tuple[object, ...]:
    at, key, name, born, sex, identity, building, room, phones = person
    return (
        at,
        str(key),
        name,
        born.isoformat() if born else None,
        secrets.decrypt(identity, about="identity") if identity else None,
        ",".join(secrets.decrypt(phone, about="phone") for phone in phones) or None,
        str(building) if building else None,
        room,
        sex,
    )
