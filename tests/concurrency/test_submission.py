"""The last second: two threads, double clicks, a deadline that passes in between. Nobody sleeps; clocks are asked."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, transaction

from competition import merkle
from competition.clock import database_now
from competition.errors import DeadlinePassed, IllegalTransition
from competition.models import AccessException, LateAttempt, ReceiptLeaf, ReceiptTree, Sketch, SketchVersion
from competition.services import formal_check, receipts, submission
from tests import factories
from tests.competition.exceptions import grant

pytestmark = pytest.mark.django_db(transaction=True)


def in_threads(*jobs):
    """Run the jobs at once, each on its own connection; their results or errors in order."""
    outcomes = [None] * len(jobs)
    start = threading.Barrier(len(jobs))

    def run(place, job):
        try:
            start.wait(timeout=20)
            outcomes[place] = job()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def submit_job(sketch, key=None):
    user = factories.writer_of(sketch)
    fresh = Sketch.objects.select_related("call", "organisation").get(pk=sketch.pk)
    return lambda: submission.submit_sketch(by=user, sketch=fresh, idempotency_key=key or uuid.uuid4())


def wait_until(instant):
    while database_now() < instant:
        pass


def test_double_click_with_one_key_gives_one_version():
    sketch = factories.make_sketch()
    key = uuid.uuid4()

    first, second = in_threads(submit_job(sketch, key), submit_job(sketch, key))

    assert first == second
    assert SketchVersion.objects.count() == ReceiptLeaf.objects.count() == 1


def test_double_click_with_two_keys_gives_one_version():
    sketch = factories.make_sketch()

    first, second = in_threads(submit_job(sketch), submit_job(sketch))

    assert first == second
    assert SketchVersion.objects.count() == ReceiptLeaf.objects.count() == 1


def test_many_at_once_get_leaves_without_gaps():
    call = factories.make_call()
    drafts = [factories.make_sketch(call=call) for _n in range(6)]

    versions = in_threads(*(submit_job(sketch) for sketch in drafts))

    assert all(isinstance(version, SketchVersion) for version in versions)
    assert sorted(ReceiptLeaf.objects.values_list("index", flat=True)) == [0, 1, 2, 3, 4, 5]
    assert ReceiptTree.objects.get(call=call).size == 6


def test_deadline_that_passes_while_waiting_for_the_lock_refuses():
    sketch = factories.make_sketch()
    deadline = database_now() + dt.timedelta(milliseconds=700)
    factories.set_instants(sketch.call, deadline=deadline)
    sketch.refresh_from_db()
    job = submit_job(sketch)
    has_lock = threading.Event()

    def hold_the_tree():
        with transaction.atomic():
            ReceiptTree.objects.select_for_update().get(call=sketch.call)
            has_lock.set()
            wait_until(deadline)

    def submit_after():
        has_lock.wait(timeout=20)
        assert database_now() < deadline
        return job()

    _held, outcome = in_threads(hold_the_tree, submit_after)

    assert isinstance(outcome, DeadlinePassed)
    assert not SketchVersion.objects.exists()
    assert LateAttempt.objects.count() == 1
    assert sketch.answers.count() == len(factories.ANSWERS)


def test_trigger_refuses_what_passed_every_check_before_it(monkeypatch):
    """Between reading the clock and writing the row the deadline passes: the write itself refuses."""
    sketch = factories.make_sketch()
    deadline = database_now() + dt.timedelta(milliseconds=400)
    factories.set_instants(sketch.call, deadline=deadline)
    job = submit_job(sketch)
    honest = submission.append_leaf

    def slow_append_leaf(**arguments):
        leaf = honest(**arguments)
        wait_until(deadline)
        return leaf

    monkeypatch.setattr(submission, "append_leaf", slow_append_leaf)

    with pytest.raises(DeadlinePassed):
        job()

    assert not SketchVersion.objects.exists()
    assert not ReceiptLeaf.objects.exists()
    assert ReceiptTree.objects.get(call=sketch.call).size == 0
    assert LateAttempt.objects.count() == 1


def test_sealing_waits_for_a_submission_under_way():
    sketch = factories.make_sketch()
    deadline = database_now() + dt.timedelta(milliseconds=600)
    factories.set_instants(sketch.call, deadline=deadline)
    user = factories.writer_of(sketch)
    sketch = Sketch.objects.select_related("call", "organisation").get(pk=sketch.pk)
    written = threading.Event()

    def submit_and_linger():
        with transaction.atomic():
            version = submission.submit_sketch(by=user, sketch=sketch, idempotency_key=uuid.uuid4())
            written.set()
            wait_until(deadline)
            return version

    def seal():
        written.wait(timeout=20)
        wait_until(deadline)
        return receipts.seal_tree(call=sketch.call)

    version, tree = in_threads(submit_and_linger, seal)

    assert isinstance(version, SketchVersion)
    assert tree.size == 1
    assert tree.root == merkle.root_of([version.sha256])


def test_two_sealers_seal_once():
    call = factories.make_call()
    factories.set_instants(call, deadline=database_now())

    trees = in_threads(lambda: receipts.seal_tree(call=call), lambda: receipts.seal_tree(call=call))

    assert sum(tree is not None for tree in trees) == 1


def test_last_second_before_the_deadline_is_in_time():
    sketch = factories.make_sketch()
    deadline = database_now() + dt.timedelta(seconds=1)
    factories.set_instants(sketch.call, deadline=deadline)

    version = submit_job(sketch)()

    assert version.submitted_at < deadline


def test_late_exception_lets_in_one_agency_of_two_at_the_same_moment():
    call = factories.make_call()
    excepted, other = factories.make_sketch(call=call), factories.make_sketch(call=call)
    factories.close(call)
    grant(call, excepted.organisation)
    before = ReceiptTree.objects.get(call=call)

    let_in, refused = in_threads(submit_job(excepted), submit_job(other))

    tree = ReceiptTree.objects.get(call=call)
    assert isinstance(let_in, SketchVersion)
    assert isinstance(refused, DeadlinePassed)
    assert SketchVersion.objects.get() == let_in
    assert (tree.root, tree.sealed_size, tree.size) == (before.root, 0, 1)
    assert tree.late_root == merkle.root_of([let_in.sha256])
    assert LateAttempt.objects.get().sketch == other


def test_formal_check_waits_for_what_is_on_its_way_in():
    """Whoever completes it while a late sketch is being written finds the sketch, neither admitted nor dismissed."""
    call = factories.make_call()
    sketch = factories.make_sketch(call=call)
    factories.close(call)
    exception = grant(call, sketch.organisation)
    job, owner = submit_job(sketch), factories.owner_of(call.programme)
    ends = database_now() + dt.timedelta(milliseconds=600)
    AccessException.objects.filter(pk=exception.pk).update(closes_at=ends)
    written = threading.Event()

    def submit_and_linger():
        with transaction.atomic():
            version = job()
            written.set()
            wait_until(ends)
            return version

    def complete():
        written.wait(timeout=20)
        wait_until(ends)
        return formal_check.complete_formal_check(by=owner, call=call)

    version, completed = in_threads(submit_and_linger, complete)

    assert isinstance(version, SketchVersion)
    assert isinstance(completed, IllegalTransition)
