"""Questions that an amendment took out, since when a call demands more, and each language its own reason for no extension.

Until now that reason had one language, the call's main one.
"""

from django.db import migrations, models


LANGUAGES = ("nb", "nn", "da", "sv", "en")
COPY = """
UPDATE competition_amendment SET no_extension_reason_{code} = no_extension_reason FROM competition_call
  WHERE competition_call.id = call_id AND default_language = '{code}' AND no_extension_reason <> ''
"""


class Migration(migrations.Migration):

    dependencies = [
        ('competition', '0014_uploads'),
    ]

    operations = [
        migrations.AddField(
            model_name='amendment',
            name='no_extension_reason_da',
            field=models.TextField(blank=True, editable=False, max_length=2000, null=True, verbose_name='why the deadline is not extended'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='no_extension_reason_en',
            field=models.TextField(blank=True, editable=False, max_length=2000, null=True, verbose_name='why the deadline is not extended'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='no_extension_reason_nb',
            field=models.TextField(blank=True, editable=False, max_length=2000, null=True, verbose_name='why the deadline is not extended'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='no_extension_reason_nn',
            field=models.TextField(blank=True, editable=False, max_length=2000, null=True, verbose_name='why the deadline is not extended'),
        ),
        migrations.AddField(
            model_name='amendment',
            name='no_extension_reason_sv',
            field=models.TextField(blank=True, editable=False, max_length=2000, null=True, verbose_name='why the deadline is not extended'),
        ),
        migrations.AddField(
            model_name='call',
            name='asks_more_since',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='question',
            name='retired_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        *(migrations.RunSQL(COPY.format(code=code), migrations.RunSQL.noop) for code in LANGUAGES),
    ]
