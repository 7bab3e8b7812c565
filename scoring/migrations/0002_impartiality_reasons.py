"""The reasons for disqualification that a programme begins with; rows, because the law changes."""

from django.db import migrations


def load(apps, schema_editor):
    from scoring.services.impartiality import ensure_impartiality_reasons

    ensure_impartiality_reasons(model=apps.get_model("scoring", "ImpartialityReason"))


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
