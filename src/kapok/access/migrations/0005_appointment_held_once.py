"""Nobody holds the same role twice over the same place at the same time."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.operations
from django.db import migrations
from django.db.models import Value
from django.db.models.functions import Coalesce

import kapok.access.models


class Migration(migrations.Migration):

    dependencies = [("access", "0004_sign_in")]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("account", "="),
                    ("role", "="),
                    (Coalesce("unit", Value(uuid.UUID(int=0))), "="),
                    (kapok.access.models.Unindexed("ranges"), "&&"),
                    (kapok.access.models.Period("starts_at", "ends_at"), "&&"),
                ],
                name="appointment_is_held_once_at_a_time",
            ),
        ),
    ]
