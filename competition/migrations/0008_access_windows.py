"""The deadline of whoever hands in: that of the call, or later (or from earlier) by an exception that stands.

For everybody else nothing changes. A sealed tree keeps its root for ever, and the `sealed_size` leaves below it; what an
exception lets in afterwards is appended leaf by leaf, each step with a new `late_root` over all of them.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE OR REPLACE FUNCTION competition_guard_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    the_call record;
BEGIN
    SELECT least(c.opens_at, e.opens_at) AS opens_at, greatest(c.deadline, e.closes_at) AS closes_at, c.deadline,
           c.published_at, c.cancelled_at, c.formal_check_completed_at, t.sealed_at
      INTO the_call
      FROM competition_sketch s
      JOIN competition_call c ON c.id = s.call_id
      LEFT JOIN competition_receipttree t ON t.call_id = c.id
      LEFT JOIN competition_accessexception e
        ON e.call_id = s.call_id AND e.organisation_id = s.organisation_id AND e.revoked_at IS NULL
     WHERE s.id = NEW.sketch_id;
    IF the_call.published_at IS NULL OR the_call.cancelled_at IS NOT NULL
       OR skisse_now() < the_call.opens_at THEN
        PERFORM competition_refuse('the call does not take sketches', 'competition_version_call_open');
    END IF;
    IF skisse_now() >= the_call.closes_at THEN
        PERFORM competition_refuse('the deadline has passed', 'competition_version_before_deadline');
    END IF;
    IF the_call.sealed_at IS NOT NULL AND (
           the_call.closes_at <= the_call.deadline OR the_call.formal_check_completed_at IS NOT NULL) THEN
        PERFORM competition_refuse('the receipts of the call are sealed', 'competition_tree_sealed');
    END IF;
    RETURN NEW;
END $$;

-- A leaf names no organisation: here it is enough that somebody may still hand in; whose version it is, the function
-- above asks.
CREATE OR REPLACE FUNCTION competition_guard_new_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tree record;
BEGIN
    SELECT size, sealed_at INTO tree FROM competition_receipttree WHERE call_id = NEW.call_id;
    IF tree.sealed_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM competition_accessexception e
          JOIN competition_call c ON c.id = e.call_id
         WHERE e.call_id = NEW.call_id AND e.revoked_at IS NULL AND e.closes_at > c.deadline
           AND e.closes_at > skisse_now() AND c.formal_check_completed_at IS NULL) THEN
        PERFORM competition_refuse('the receipts of the call are sealed', 'competition_tree_sealed');
    END IF;
    IF NEW.index IS DISTINCT FROM tree.size THEN
        PERFORM competition_refuse('a leaf goes to the end of the tree', 'competition_leaf_appended');
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION competition_guard_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF OLD.sealed_at IS NOT NULL THEN
        -- One late leaf, which is there already, and the root over all of them. Nothing else, whatever the column.
        IF TG_OP = 'UPDATE' AND NEW.size = OLD.size + 1
           AND NEW.late_root ~ '^[0-9a-f]{64}$' AND NEW.late_root <> OLD.late_root AND NEW.late_at IS NOT NULL
           AND to_jsonb(NEW) - '{size,late_root,late_at}'::text[] = to_jsonb(OLD) - '{size,late_root,late_at}'::text[]
           AND EXISTS (SELECT FROM competition_receiptleaf l WHERE l.call_id = OLD.call_id AND l.index = OLD.size) THEN
            RETURN NEW;
        END IF;
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
    IF NEW.late_root <> '' OR NEW.late_at IS NOT NULL THEN
        PERFORM competition_refuse('nothing is late before the sealing', 'competition_tree_sealed');
    END IF;
    NEW.sealed_size := CASE WHEN NEW.sealed_at IS NULL THEN NULL ELSE NEW.size END;
    RETURN NEW;
END $$;
"""

# The functions as migration 0002 left them.
REVERSE = r"""
CREATE OR REPLACE FUNCTION competition_guard_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION competition_guard_new_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION competition_guard_tree() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

# Trees that were sealed before there was such a thing as a late leaf.
SEALED_BEFORE = """
SET LOCAL skisse.retention = 'on';
UPDATE competition_receipttree SET sealed_size = size WHERE sealed_at IS NOT NULL AND sealed_size IS NULL;
SET LOCAL skisse.retention = 'off';
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0007_amendment_extension_answer")]

    operations = [
        migrations.RunSQL(SEALED_BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS, REVERSE),
    ]
