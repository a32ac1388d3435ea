from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('hotline', '0001_initial')]

    operations = [
        migrations.AlterField(
            model_name='callevent',
            name='what',
            field=models.CharField(choices=[('RANG', 'Rang'), ('ANSWERED', 'Answered'), ('OFFERED', 'Offered'), ('DECLINED', 'Offer Declined'), ('TAKEN_OVER', 'Taken Over'), ('HELP_CALLED', 'Help Called'), ('HELP_CAME', 'Help Came'), ('SCREENED', 'Screened'), ('SAFE_WORD', 'Safe Word'), ('MISHEARD', 'Misheard'), ('NEED', 'Need'), ('ENDED', 'Ended'), ('MISSED', 'Missed'), ('CLOSED', 'Closed')], max_length=11),
        ),
    ]
