# What was said about people in matters is deleted in time; the row then says when.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('matters', '0003_desk'),
        ('packs', '0001_initial'),
        ('places', '0003_buildings_by_point'),
    ]

    operations = [
        migrations.AddField(
            model_name='matter',
            name='nameless_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='matter',
            index=models.Index(condition=models.Q(('closed_at__isnull', False), models.Q(('nameless_at', None), ('nameless_at__lt', models.F('closed_at')), _connector='OR')), fields=['closed_at'], name='matter_to_be_nameless'),
        ),
    ]
