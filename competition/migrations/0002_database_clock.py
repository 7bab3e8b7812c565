from django.db import migrations

# One name for "now" in everything the database enforces. clock_timestamp() moves on inside a transaction, so that
# nobody who waited for a lock gets in late.
CREATE = """
CREATE FUNCTION skisse_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION skisse_now();")]
