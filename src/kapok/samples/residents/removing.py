"""Take made-up people out of a town again, with all that hangs on them."""

import pgtrigger
from django.db import connection, models

from kapok.people.models import Person


def remove(here: tuple[int, int]) -> int:
    """Remove the made-up people of a range with all that hangs on them, and their empty homes.

    Nothing of it goes into the history: nobody real was in it. The caller is the owner.
    """
    inside = "place >= %s AND place < %s"
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE gone ON COMMIT DROP AS "
            f"SELECT id FROM people_person WHERE is_made_up AND {inside}",
            here,
        )
        cursor.execute("CREATE UNIQUE INDEX ON gone (id)")
        cursor.execute("ANALYZE gone")
        for field in _hangs_on_people():
            table, column = field.model._meta.db_table, field.column
            those = f'"{column}" IN (SELECT id FROM gone)'
            if field.remote_field.on_delete is models.SET_NULL:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = NULL WHERE {those}')
            else:
                cursor.execute(f'DELETE FROM "{table}" WHERE {those}')
        cursor.execute("DELETE FROM people_person WHERE id IN (SELECT id FROM gone)")
        n_people = cursor.rowcount
        cursor.execute(f"DELETE FROM people_householdevent WHERE {inside}", here)
        for table, used in (
            ("people_household", "people_person AS used WHERE used.household_id = it.id"),
            ("people_dwelling", "people_household AS used WHERE used.dwelling_id = it.id"),
        ):
            cursor.execute(
                f"DELETE FROM {table} AS it WHERE {inside} AND NOT EXISTS (SELECT FROM {used})",
                here,
            )
        return n_people


def _hangs_on_people() -> list[models.ForeignKey]:
    """All columns that point at people, those of histories included."""
    return [
        relation.field
        for relation in Person._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.related_model is not Person
    ]
