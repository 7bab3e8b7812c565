"""Counts `call.public_revision` on at every change of what a call's public page shows, whichever door it comes by.

A cached page is known by that count, so that no service can forget to throw it away. Tables of apps above hang their
own triggers onto `competition_touch_call()`, which wants a column `call_id`.
"""

from django.db import migrations

# Rows that name their call in `call_id`.
OF_A_CALL = (
    "competition_question",
    "competition_questionsection",
    "competition_amendment",
    "competition_enquiry",
    "competition_informationmeeting",
    "competition_accessexception",
    "competition_callpage",
    "competition_call_topics",
)

FUNCTIONS = r"""
CREATE FUNCTION competition_count_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.public_revision := OLD.public_revision + 1;
    RETURN NEW;
END $$;

-- The assignment changes nothing by itself: the trigger above counts.
CREATE FUNCTION competition_touch(the_call bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE competition_call SET public_revision = public_revision WHERE id = the_call
$$;

CREATE FUNCTION competition_touch_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM competition_touch(NEW.call_id);
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.call_id IS DISTINCT FROM NEW.call_id) THEN
        PERFORM competition_touch(OLD.call_id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION competition_touch_call_of_option() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM competition_touch(call_id) FROM competition_question
      WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.question_id ELSE NEW.question_id END;
    RETURN NULL;
END $$;

CREATE FUNCTION competition_touch_calls_of_programme() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE competition_call SET public_revision = public_revision WHERE programme_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER competition_call_counts BEFORE UPDATE ON competition_call
    FOR EACH ROW EXECUTE FUNCTION competition_count_revision();
CREATE TRIGGER competition_option_touches AFTER INSERT OR UPDATE OR DELETE ON competition_questionoption
    FOR EACH ROW EXECUTE FUNCTION competition_touch_call_of_option();
CREATE TRIGGER competition_programme_touches AFTER UPDATE ON competition_programme
    FOR EACH ROW EXECUTE FUNCTION competition_touch_calls_of_programme();
-- Not at every receipt: submissions must not stand in line for the call's row.
CREATE TRIGGER competition_tree_touches AFTER UPDATE ON competition_receipttree
    FOR EACH ROW WHEN (OLD.sealed_at IS DISTINCT FROM NEW.sealed_at OR OLD.late_root IS DISTINCT FROM NEW.late_root)
    EXECUTE FUNCTION competition_touch_call();
"""

REVERSE = """
DROP TRIGGER competition_tree_touches ON competition_receipttree;
DROP TRIGGER competition_programme_touches ON competition_programme;
DROP TRIGGER competition_option_touches ON competition_questionoption;
DROP TRIGGER competition_call_counts ON competition_call;
DROP FUNCTION competition_touch_calls_of_programme();
DROP FUNCTION competition_touch_call_of_option();
DROP FUNCTION competition_touch_call();
DROP FUNCTION competition_touch(bigint);
DROP FUNCTION competition_count_revision();
"""


def _trigger(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_touches AFTER INSERT OR UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION competition_touch_call()",
        f"DROP TRIGGER {table}_touches ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("competition", "0004_running_a_call")]

    operations = [migrations.RunSQL(FUNCTIONS, REVERSE), *map(_trigger, OF_A_CALL)]
