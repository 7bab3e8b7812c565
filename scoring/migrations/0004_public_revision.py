"""Criteria and scales stand on a call's public page: their changes count its `public_revision` on."""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION scoring_touch_call_of_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM competition_touch(call_id) FROM scoring_gradescale
      WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.scale_id ELSE NEW.scale_id END;
    RETURN NULL;
END $$;

CREATE TRIGGER scoring_level_touches AFTER INSERT OR UPDATE OR DELETE ON scoring_gradelevel
    FOR EACH ROW EXECUTE FUNCTION scoring_touch_call_of_level();
CREATE TRIGGER scoring_criterion_touches AFTER INSERT OR UPDATE OR DELETE ON scoring_criterion
    FOR EACH ROW EXECUTE FUNCTION competition_touch_call();
CREATE TRIGGER scoring_scale_touches AFTER INSERT OR UPDATE OR DELETE ON scoring_gradescale
    FOR EACH ROW EXECUTE FUNCTION competition_touch_call();
"""

REVERSE = """
DROP TRIGGER scoring_scale_touches ON scoring_gradescale;
DROP TRIGGER scoring_criterion_touches ON scoring_criterion;
DROP TRIGGER scoring_level_touches ON scoring_gradelevel;
DROP FUNCTION scoring_touch_call_of_level();
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_revisions"), ("competition", "0005_public_revision")]

    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
