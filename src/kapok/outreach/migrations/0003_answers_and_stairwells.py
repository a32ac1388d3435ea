from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
import django.db.models.deletion

import kapok.ids


class Migration(migrations.Migration):

    dependencies = [
        ('outreach', '0002_hotline_leads'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeAnswer',
            fields=[
                ('id', models.UUIDField(default=kapok.ids.uuid7, primary_key=True, serialize=False)),
                ('place', models.BigIntegerField()),
                ('matter', models.UUIDField(unique=True)),
                ('at', models.DateTimeField()),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='outreach.notice')),
            ],
            options={
                'ordering': ['-at'],
                'indexes': [models.Index(fields=['notice', 'place'], name='notice_answer_by_place')],
            },
        ),
        migrations.AddField(
            model_name='passing',
            name='passed_in',
            field=ArrayField(base_field=models.UUIDField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='passing',
            name='n_stairwells_waiting',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RemoveIndex(
            model_name='passing',
            name='passing_by_place',
        ),
        migrations.AddIndex(
            model_name='passing',
            index=models.Index(fields=['version', 'place'], include=('level', 'passed_at', 'n_households', 'n_without_phone', 'n_messages', 'n_read', 'n_read_without_phone', 'n_stairwells_waiting'), name='passing_by_place'),
        ),
        migrations.AddConstraint(
            model_name='passing',
            constraint=models.CheckConstraint(condition=models.Q(('n_stairwells_waiting', 0), ('passed_at__isnull', False), _connector='OR'), name='passing_waits_for_stairwells_after_the_first'),
        ),
    ]
