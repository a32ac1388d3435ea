"""What somebody answered who could only say yes or no."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("hotline", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="callrecord",
            name="yes_no",
            field=models.BinaryField(null=True),
        ),
    ]
