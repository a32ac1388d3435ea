import django.contrib.postgres.indexes
from django.db import migrations, models

# Matters from before know their first acceptance from their trace alone.
ACCEPTED = """
    UPDATE matters_matter AS matter SET accepted_at = first.at
    FROM (SELECT matter_id, min(received_at) AS at FROM matters_matterevent
          WHERE after IN ('ACCEPTED', 'ASSIGNED', 'IN_PROGRESS', 'DONE', 'CHECKED')
          GROUP BY matter_id) AS first
    WHERE first.matter_id = matter.id
"""


# The pairs of letters of some words: an index of them finds words of two letters, as Chinese has.
PAIRS = """
    CREATE FUNCTION matters_pairs(said text, address text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT one || other), '{}')
        FROM (
            SELECT letter AS one, lead(letter) OVER (ORDER BY n) AS other
            FROM unnest(string_to_array(lower(said || E'\\n' || address), NULL))
                WITH ORDINALITY AS letters (letter, n)
        ) AS pairs
        WHERE other IS NOT NULL AND one <> E'\\n' AND other <> E'\\n'
    $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ("matters", "0004_nameless"),
    ]

    operations = [
        migrations.AddField(
            model_name="matter",
            name="accepted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(PAIRS, "DROP FUNCTION matters_pairs"),
        migrations.AddIndex(
            model_name="report",
            index=django.contrib.postgres.indexes.GinIndex(
                models.Func(models.F("text"), models.F("address"), function="matters_pairs"),
                name="report_by_words",
            ),
        ),
        migrations.RunSQL(ACCEPTED, migrations.RunSQL.noop),
        migrations.RemoveIndex(model_name="matter", name="matter_open_by_place"),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(
                condition=models.Q(("state__in", ["CLOSED", "DUPLICATE", "REJECTED", "WITHDRAWN"]), _negated=True),
                fields=["place", "due_at"],
                include=("realm", "kind", "pack", "unit", "n_returned", "n_reopened"),
                name="matter_open_by_place",
            ),
        ),
    ]
