import django.contrib.postgres.indexes
import django.db.models.deletion
import kapok.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_appointments_trace_purposes'),
    ]

    operations = [
        migrations.CreateModel(
            name='TraceCheck',
            fields=[
                ('id', models.UUIDField(default=kapok.ids.uuid7, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('last_block', models.BigIntegerField(null=True)),
                ('n_blocks', models.PositiveIntegerField()),
                ('n_entries', models.PositiveBigIntegerField()),
                ('n_faults', models.PositiveIntegerField()),
                ('first_fault', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.RemoveIndex(
            model_name='look',
            name='look_by_block',
        ),
        migrations.AddField(
            model_name='emergency',
            name='end_asked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='emergency',
            name='end_asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='exportrequest',
            name='answer',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='traceblock',
            name='entries',
            field=models.BinaryField(default=b''),
        ),
        migrations.AlterField(
            model_name='look',
            name='action',
            field=models.CharField(choices=[('SEARCH', 'Searched'), ('LIST', 'Listed'), ('OPEN', 'Opened'), ('REVEAL', 'Unmasked'), ('CHANGE', 'Changed'), ('PRINT', 'Printed'), ('EXPORT', 'Exported'), ('BREAK_GLASS', 'Broke the glass'), ('DELETE', 'Deleted'), ('REFUSED', 'Was refused')], max_length=12),
        ),
        migrations.AddIndex(
            model_name='look',
            index=models.Index(fields=['block', 'id'], name='look_by_block'),
        ),
        migrations.AddIndex(
            model_name='look',
            index=django.contrib.postgres.indexes.GinIndex(fields=['subjects'], name='look_by_subject'),
        ),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.CheckConstraint(condition=models.Q(('settled_by', None), ('account', None), models.Q(('settled_by', models.F('account')), _negated=True), _connector='OR'), name='alarm_is_settled_by_somebody_else'),
        ),
        migrations.AddConstraint(
            model_name='emergency',
            constraint=models.CheckConstraint(condition=models.Q(('ended_by', None), models.Q(('end_asked_by__isnull', False), models.Q(('ended_by', models.F('end_asked_by')), _negated=True)), _connector='OR'), name='emergency_is_ended_by_two_people'),
        ),
        migrations.AddConstraint(
            model_name='exportrequest',
            constraint=models.CheckConstraint(condition=models.Q(('n_rows__lte', 50), ('status__in', ['ASKED', 'REFUSED']), ('decided_by__isnull', False), _connector='OR'), name='export_of_many_rows_is_approved'),
        ),
    ]
