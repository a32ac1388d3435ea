import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("doors", "0001_api_keys_and_webhooks")]

    operations = [
        migrations.AlterField(
            model_name="apikey",
            name="uses",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("REPORT", "Report through the interface"),
                        ("OPEN311", "Report through Open311"),
                        ("FORM", "Forms of ODK Collect and Enketo"),
                        ("HOOK", "Signed webhooks of another system"),
                        ("CALLS", "Calls of a telephone system"),
                    ],
                    max_length=8,
                ),
                size=None,
            ),
        )
    ]
