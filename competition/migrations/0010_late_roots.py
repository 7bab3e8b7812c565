"""Every late root stays, so that a receipt proved by one stays valid when the next late leaf comes.

A late root is written once, with its leaf, before the tree takes the step. And nothing of versions, receipts and trees
is emptied at a stroke: TRUNCATE, which no trigger on rows sees, is refused as UPDATE and DELETE are.
"""

import django.db.models.deletion
from django.db import migrations, models

from competition import merkle

LATE_ROOTS = r"""
CREATE FUNCTION competition_guard_new_late_root() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    tree record;
BEGIN
    SELECT call_id, size, sealed_at INTO tree FROM competition_receipttree WHERE id = NEW.tree_id;
    IF tree.sealed_at IS NULL OR NEW.size <> tree.size + 1 OR NEW.root !~ '^[0-9a-f]{64}$' OR NOT EXISTS (
        SELECT FROM competition_receiptleaf l WHERE l.call_id = tree.call_id AND l.index = tree.size) THEN
        PERFORM competition_refuse('a late root comes with its leaf', 'competition_late_root_appended');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION competition_guard_late_root() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    PERFORM competition_refuse('a late root never changes', 'competition_late_root_immutable');
    RETURN NULL;
END $$;

CREATE FUNCTION competition_guard_emptying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT competition_retention() THEN
        PERFORM competition_refuse('what was submitted is never emptied', 'competition_never_emptied');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER competition_new_late_root BEFORE INSERT ON competition_lateroot
    FOR EACH ROW EXECUTE FUNCTION competition_guard_new_late_root();
CREATE TRIGGER competition_late_root_fixed BEFORE UPDATE OR DELETE ON competition_lateroot
    FOR EACH ROW EXECUTE FUNCTION competition_guard_late_root();
CREATE TRIGGER competition_version_stays BEFORE TRUNCATE ON competition_sketchversion
    EXECUTE FUNCTION competition_guard_emptying();
CREATE TRIGGER competition_leaf_stays BEFORE TRUNCATE ON competition_receiptleaf
    EXECUTE FUNCTION competition_guard_emptying();
CREATE TRIGGER competition_tree_stays BEFORE TRUNCATE ON competition_receipttree
    EXECUTE FUNCTION competition_guard_emptying();
CREATE TRIGGER competition_late_root_stays BEFORE TRUNCATE ON competition_lateroot
    EXECUTE FUNCTION competition_guard_emptying();

CREATE OR REPLACE FUNCTION competition_guard_tree() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF competition_retention() THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    IF OLD.sealed_at IS NOT NULL THEN
        -- One late leaf and the late root over all of them, which are there already. Nothing else, whatever the column.
        IF TG_OP = 'UPDATE' AND NEW.size = OLD.size + 1
           AND NEW.late_root ~ '^[0-9a-f]{64}$' AND NEW.late_root <> OLD.late_root AND NEW.late_at IS NOT NULL
           AND to_jsonb(NEW) - '{size,late_root,late_at}'::text[] = to_jsonb(OLD) - '{size,late_root,late_at}'::text[]
           AND EXISTS (SELECT FROM competition_receiptleaf l WHERE l.call_id = OLD.call_id AND l.index = OLD.size)
           AND EXISTS (SELECT FROM competition_lateroot r
                        WHERE r.tree_id = OLD.id AND r.size = NEW.size AND r.root = NEW.late_root) THEN
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

# The tree's guard as migration 0008 left it.
REVERSE = r"""
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

DROP TRIGGER competition_late_root_stays ON competition_lateroot;
DROP TRIGGER competition_tree_stays ON competition_receipttree;
DROP TRIGGER competition_leaf_stays ON competition_receiptleaf;
DROP TRIGGER competition_version_stays ON competition_sketchversion;
DROP TRIGGER competition_late_root_fixed ON competition_lateroot;
DROP TRIGGER competition_new_late_root ON competition_lateroot;
DROP FUNCTION competition_guard_emptying();
DROP FUNCTION competition_guard_late_root();
DROP FUNCTION competition_guard_new_late_root();
"""


def late_roots_so_far(apps, schema_editor):
    """The leaves are all there, in order: each late root there ever was can be computed again."""
    tree_model, leaf_model, root_model = (
        apps.get_model("competition", name) for name in ("ReceiptTree", "ReceiptLeaf", "LateRoot")
    )
    for tree in tree_model.objects.exclude(late_root=""):
        leaves = list(leaf_model.objects.filter(call_id=tree.call_id).order_by("index")[: tree.size])
        data = [leaf.data_sha256 for leaf in leaves]
        root_model.objects.bulk_create(
            root_model(tree=tree, size=size, root=merkle.root_of(data[:size]), at=leaves[size - 1].created_at)
            for size in range(tree.sealed_size + 1, tree.size + 1)
        )
    # The triggers come next, and no trigger is made on a table with checks outstanding.
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ('competition', '0009_formal_check'),
    ]

    operations = [
        migrations.CreateModel(
            name='LateRoot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.PositiveIntegerField()),
                ('root', models.CharField(help_text='Hexadecimal.', max_length=64)),
                ('at', models.DateTimeField()),
                ('tree', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='late_roots', to='competition.receipttree')),
            ],
            options={
                'verbose_name': 'late root',
                'verbose_name_plural': 'late roots',
                'ordering': ['tree', 'size'],
                'constraints': [models.UniqueConstraint(fields=('tree', 'size'), name='competition_late_root_once')],
            },
        ),
        migrations.RunPython(late_roots_so_far, migrations.RunPython.noop),
        migrations.RunSQL(LATE_ROOTS, REVERSE),
    ]
