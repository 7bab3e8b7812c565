"""What PostgreSQL refuses, whoever asks."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from competition.models import AccessException, LateRoot, ReceiptLeaf, ReceiptTree, SketchVersion
from tests import factories
from tests.competition.exceptions import closed_call_with_draft, grant

pytestmark = pytest.mark.django_db


def refused(action):
    """Name of the constraint that the database refused the action by, or None."""
    try:
        with transaction.atomic():
            action()
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return None


def another_version(sketch):
    """A row written past every service."""
    version = SketchVersion.objects.get(sketch=sketch)
    call = sketch.call
    leaf = ReceiptLeaf(call=call, index=1, number="AAAAAAAA", data_sha256="0" * 64, created_at=timezone.now())

    def write():
        ReceiptLeaf.objects.bulk_create([leaf])
        version.pk, version.number, version.leaf, version.idempotency_key = None, 2, leaf, "0" * 32
        version.save(force_insert=True)

    return write


def test_an_open_call_takes_a_version():
    sketch = factories.make_submitted_sketch()

    assert refused(another_version(sketch)) is None


@pytest.mark.parametrize(
    ("instants", "constraint"),
    [
        ({"deadline": 0}, "competition_version_before_deadline"),
        ({"opens_at": 1}, "competition_version_call_open"),
        ({"published_at": None}, "competition_version_call_open"),
        ({"cancelled_at": 0}, "competition_version_call_open"),
    ],
)
def test_a_call_that_is_not_open_takes_none(instants, constraint):
    sketch = factories.make_submitted_sketch()
    now = timezone.now()
    factories.set_instants(
        sketch.call,
        **{name: hours if hours is None else now + dt.timedelta(hours=hours) for name, hours in instants.items()},
    )

    assert refused(another_version(sketch)) == constraint


def test_a_sealed_tree_takes_none():
    sketch = factories.make_submitted_sketch()
    ReceiptTree.objects.filter(call=sketch.call).update(sealed_at=timezone.now(), root="0" * 64)

    assert refused(another_version(sketch)) == "competition_tree_sealed"


@pytest.mark.parametrize(
    ("model", "change", "constraint"),
    [
        (SketchVersion, {"title": "x"}, "competition_version_immutable"),
        (SketchVersion, {"canonical": "{}"}, "competition_version_immutable"),
        (ReceiptLeaf, {"data_sha256": "0" * 64}, "competition_leaf_immutable"),
        (ReceiptTree, {"size": 0}, "competition_tree_grows"),
    ],
)
def test_what_was_handed_in_is_neither_changed_nor_deleted(model, change, constraint):
    factories.make_submitted_sketch()
    rows = model.objects.all()

    assert refused(lambda: rows.update(**change)) == constraint
    assert refused(lambda: rows._raw_delete(rows.db)) == constraint


def test_nothing_of_a_sealed_tree_changes():
    sketch = factories.make_submitted_sketch()
    tree = ReceiptTree.objects.filter(call=factories.close(sketch.call))

    assert tree.get().sealed_at
    assert refused(lambda: tree.update(size=2)) == "competition_tree_sealed"
    assert refused(lambda: tree.update(sealed_at=None)) == "competition_tree_sealed"


def test_retention_may_delete_in_its_own_transaction_only():
    sketch = factories.make_submitted_sketch()
    versions = SketchVersion.objects.filter(sketch=sketch)
    type(sketch).objects.filter(pk=sketch.pk).update(current_version=None)

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL skisse.retention = 'on'")
        versions._raw_delete(versions.db)
        cursor.execute("SET LOCAL skisse.retention = 'off'")

    assert not versions.exists()
    assert refused(lambda: ReceiptLeaf.objects.update(index=9)) == "competition_leaf_immutable"


def test_a_person_may_be_deleted_without_the_version_they_sent():
    sketch = factories.make_submitted_sketch()
    user = factories.writer_of(sketch)

    user.delete()

    assert SketchVersion.objects.get().submitted_by is None


class TestBehindTheSeal:
    """What an exception for one agency lets the database take after the deadline, and nothing more."""

    @pytest.fixture
    def late(self):
        call, draft = closed_call_with_draft(submitted=1)
        grant(call, draft.organisation)
        return call, draft

    def test_another_agencys_version_is_refused(self, late):
        sketch = SketchVersion.objects.get().sketch

        assert refused(another_version(sketch)) == "competition_version_before_deadline"

    def test_the_agencys_own_version_is_taken(self, late):
        _call, draft = late
        factories.submit(draft)

        assert SketchVersion.objects.get(sketch=draft).leaf.index == 1

    @pytest.mark.parametrize("change", [{"revoked_at": 0}, {"closes_at": 0}])
    def test_ended_exception_lets_no_leaf_in(self, late, change):
        call, _draft = late
        AccessException.objects.update(**{name: timezone.now() for name in change})
        leaf = ReceiptLeaf(call=call, index=1, number="AAAAAAAA", data_sha256="0" * 64, created_at=timezone.now())

        assert refused(lambda: leaf.save(force_insert=True)) == "competition_tree_sealed"

    def test_completed_check_lets_no_leaf_in(self, late):
        call, _draft = late
        factories.set_instants(call, formal_check_completed_at=timezone.now())
        leaf = ReceiptLeaf(call=call, index=1, number="AAAAAAAA", data_sha256="0" * 64, created_at=timezone.now())

        assert refused(lambda: leaf.save(force_insert=True)) == "competition_tree_sealed"

    @pytest.mark.parametrize(
        "change",
        [
            {"size": 2},
            {"size": 3, "late_root": "1" * 64, "late_at": timezone.now()},
            {"size": 2, "late_root": "", "late_at": timezone.now()},
            {"size": 2, "late_root": "x" * 64, "late_at": timezone.now()},
            {"size": 2, "late_root": "1" * 64},
            {"size": 2, "late_root": "1" * 64, "late_at": timezone.now(), "root": "2" * 64},
            {"size": 2, "late_root": "1" * 64, "late_at": timezone.now(), "sealed_size": 2},
            {"size": 2, "late_root": "1" * 64, "late_at": timezone.now(), "sealed_at": timezone.now()},
            {"late_root": "1" * 64, "late_at": timezone.now()},
            {"size": 2, "late_root": "2" * 64, "late_at": timezone.now()},
        ],
    )
    def test_tree_takes_one_leaf_with_its_late_root_and_nothing_else(self, late, change):
        call, _draft = late
        ReceiptLeaf.objects.create(
            call=call, index=1, number="AAAAAAAA", data_sha256="0" * 64, created_at=timezone.now()
        )
        tree = ReceiptTree.objects.filter(call=call)
        LateRoot.objects.create(tree=tree.get(), size=2, root="1" * 64, at=timezone.now())

        assert refused(lambda: tree.update(**change)) == "competition_tree_sealed"
        assert refused(lambda: tree.update(size=2, late_root="1" * 64, late_at=timezone.now())) is None

    def test_tree_does_not_grow_without_its_leaf(self, late):
        call, _draft = late
        tree = ReceiptTree.objects.filter(call=call)

        grown = refused(lambda: tree.update(size=2, late_root="1" * 64, late_at=timezone.now()))

        assert grown == "competition_tree_sealed"

    def test_nothing_is_late_before_the_sealing(self):
        tree = ReceiptTree.objects.filter(call=factories.make_call())

        assert refused(lambda: tree.update(late_root="1" * 64)) == "competition_tree_sealed"

    @pytest.mark.parametrize(
        "row", [{"size": 1}, {"size": 3}, {"root": "x" * 64}, {"root": "1" * 63}, {"tree__call": "open"}]
    )
    def test_late_root_comes_with_its_leaf_and_nothing_else(self, late, row):
        call, _draft = late
        tree = ReceiptTree.objects.get(call=call)
        leaf = {"number": "AAAAAAAA", "data_sha256": "0" * 64, "created_at": timezone.now()}
        ReceiptLeaf.objects.create(call=call, index=1, **leaf)
        if row == {"tree__call": "open"}:
            row = {"tree": ReceiptTree.objects.get(call=factories.make_call())}
        row = {"tree": tree, "size": 2, "root": "1" * 64, "at": timezone.now()} | row

        assert refused(lambda: LateRoot.objects.create(**row)) == "competition_late_root_appended"

    def test_late_root_stays_as_it_is(self, late):
        _call, draft = late
        factories.submit(draft)
        rows = LateRoot.objects.all()

        assert rows.count() == 1
        assert refused(lambda: rows.update(root="2" * 64)) == "competition_late_root_immutable"
        assert refused(lambda: rows._raw_delete(rows.db)) == "competition_late_root_immutable"


@pytest.mark.parametrize("model", [SketchVersion, ReceiptLeaf, ReceiptTree, LateRoot])
def test_what_was_handed_in_is_not_emptied_at_a_stroke(model):
    factories.make_submitted_sketch()

    def empty():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")

    assert refused(empty) == "competition_never_emptied"
    assert ReceiptLeaf.objects.count() == 1
