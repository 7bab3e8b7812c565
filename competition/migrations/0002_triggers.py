"""What the database itself refuses, whoever asks: late versions, changed versions and receipts, a tree that shrinks.

Each refusal is a check violation with a constraint name of its own, so that the services can tell them apart. A
transaction that has run `SET LOCAL skisse.retention = 'on'` may delete what must not be kept any longer; TRUNCATE is not
a matter of rows and stays possible. Nothing lifts the deadline.
"""

from django.db import migrations

FUNCTIONS = r"""
-- One name for "now" in everything the database enforces. clock_timestamp() moves on inside a transaction, so that
-- nobody who waited for a lock gets in late.
CREATE FUNCTION skisse_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';

CREATE FUNCTION competition_refuse(reason text, name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', reason USING ERRCODE = 'check_violation', CONSTRAINT = name;
END $$;

CREATE FUNCTION competition_retention() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(current_setting('skisse.retention', true), '') = 'on'
$$;

CREATE FUNCTION competition_guard_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_call record;
BEGIN
    SELECT c.opens_at, c.deadline, c.published_at, c.cancelled_at, t.sealed_at
      INTO the_call
      FROM competition_sketch s
      JOIN competition_call c ON c.id = s.call_id
      LEFT JOIN competition_receipttree t ON t.call_id = c.id
     WHERE s.id = NEW.sketch_id;
    IF the_call.published_at IS NULL OR the_call.cancelled_at IS NOT NULL
       OR skisse_now() < the_call.opens_at THEN
        PERFORM competition_refuse('the call does not take sketches', 'competition_version_call_open');
    END IF;
    IF skisse_now() >= the_call.deadline THEN
        PERFORM competition_refuse('the deadline has passed', 'competition_version_before_deadline');
    END IF;
    IF the_call.sealed_at IS NOT NULL THEN
        PERFORM competition_refuse('the receipts of the call are sealed', 'competition_tree_sealed');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION competition_guard_new_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tree record;
BEGIN
    SELECT size, sealed_at INTO tree FROM competition_receipttree WHERE call_id = NEW.call_id;
    IF tree.sealed_at IS NOT NULL THEN
        PERFORM competition_refuse('the receipts of the call are sealed', 'competition_tree_sealed');
    END IF;
    IF NEW.index IS DISTINCT FROM tree.size THEN
        PERFORM competition_refuse('a leaf goes to the end of the tree', 'competition_leaf_appended');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION competition_guard_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    -- A person who is deleted leaves no trace as the one who handed in; that alone may change.
    IF TG_OP = 'UPDATE' AND NEW.submitted_by_id IS NULL
       AND to_jsonb(NEW) - 'submitted_by_id' = to_jsonb(OLD) - 'submitted_by_id' THEN
        RETURN NEW;
    END IF;
    PERFORM competition_refuse('a submitted version never changes', 'competition_version_immutable');
    RETURN NULL;
END $$;

CREATE FUNCTION competition_guard_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    PERFORM competition_refuse('a receipt never changes', 'competition_leaf_immutable');
    RETURN NULL;
END $$;

CREATE FUNCTION competition_guard_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF OLD.sealed_at IS NOT NULL THEN
        PERFORM competition_refuse('a sealed tree never changes', 'competition_tree_sealed');
    END IF;
    IF TG_OP = 'DELETE' THEN
        IF OLD.size > 0 THEN
            PERFORM competition_refuse('a tree with receipts stays', 'competition_tree_grows');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.size < OLD.size OR NEW.call_id <> OLD.call_id THEN
        PERFORM competition_refuse('a tree only grows', 'competition_tree_grows');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER competition_new_version BEFORE INSERT ON competition_sketchversion
    FOR EACH ROW EXECUTE FUNCTION competition_guard_new_version();
CREATE TRIGGER competition_version_fixed BEFORE UPDATE OR DELETE ON competition_sketchversion
    FOR EACH ROW EXECUTE FUNCTION competition_guard_version();
CREATE TRIGGER competition_new_leaf BEFORE INSERT ON competition_receiptleaf
    FOR EACH ROW EXECUTE FUNCTION competition_guard_new_leaf();
CREATE TRIGGER competition_leaf_fixed BEFORE UPDATE OR DELETE ON competition_receiptleaf
    FOR EACH ROW EXECUTE FUNCTION competition_guard_leaf();
CREATE TRIGGER competition_tree_grows BEFORE UPDATE OR DELETE ON competition_receipttree
    FOR EACH ROW EXECUTE FUNCTION competition_guard_tree();
"""

REVERSE = """
DROP TRIGGER competition_tree_grows ON competition_receipttree;
DROP TRIGGER competition_leaf_fixed ON competition_receiptleaf;
DROP TRIGGER competition_new_leaf ON competition_receiptleaf;
DROP TRIGGER competition_version_fixed ON competition_sketchversion;
DROP TRIGGER competition_new_version ON competition_sketchversion;
DROP FUNCTION competition_guard_tree();
DROP FUNCTION competition_guard_leaf();
DROP FUNCTION competition_guard_version();
DROP FUNCTION competition_guard_new_leaf();
DROP FUNCTION competition_guard_new_version();
DROP FUNCTION competition_retention();
DROP FUNCTION competition_refuse(text, text);
DROP FUNCTION skisse_now();
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, REVERSE)]
