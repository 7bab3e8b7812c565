"""An amendment that touches a weight keeps all of them, as they were and as they became."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competition", "0018_scan_state")]

    operations = [
        migrations.AddField(
            model_name="amendment",
            name="weights",
            field=models.JSONField(default=list, editable=False),
        ),
    ]
