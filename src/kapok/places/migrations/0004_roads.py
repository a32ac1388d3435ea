from django.db import migrations, models

import kapok.ids


class Migration(migrations.Migration):

    dependencies = [
        ("places", "0003_buildings_by_point"),
    ]

    operations = [
        migrations.CreateModel(
            name="Road",
            fields=[
                ("id", models.UUIDField(default=kapok.ids.uuid7, primary_key=True, serialize=False)),
                ("source", models.CharField(max_length=60)),
                ("road_class", models.PositiveSmallIntegerField()),
                ("speed_kmh", models.FloatField(null=True)),
                ("oneway", models.BooleanField(default=False)),
                ("level", models.SmallIntegerField(default=0)),
                ("shape", models.BinaryField()),
            ],
            options={
                "indexes": [models.Index(fields=["source", "id"], name="road_by_source")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("speed_kmh", None), ("speed_kmh__gt", 0), _connector="OR"),
                        name="road_speed_is_over_0",
                    )
                ],
            },
        ),
    ]
