from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0005_board'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='notes',
            field=models.JSONField(default=list),
        ),
    ]
