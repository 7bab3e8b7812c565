"""An extension is published while somebody submits, or the receipts are sealed, at the last second."""

import datetime as dt
import threading

import pytest
from django.db import transaction

from accounts.errors import InvalidInput
from competition.clock import database_now
from competition.enums import AmendmentKind
from competition.models import Amendment, Call, ReceiptTree, SketchVersion
from competition.services import receipts
from competition.services.amendment_publication import publish_amendment
from tests import factories
from tests.concurrency.test_submission import in_threads, submit_job, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


def extend_job(call):
    by = factories.owner_of(call.programme)
    later = call.deadline + DAY
    return lambda: publish_amendment(
        by=by, call=call, kind=AmendmentKind.EXTENSION, reasons={"en": "Snow."}, new_deadline=later
    )


def last_second(milliseconds):
    """A sketch whose call closes in a moment."""
    sketch = factories.make_sketch()
    deadline = database_now() + dt.timedelta(milliseconds=milliseconds)
    factories.set_instants(sketch.call, deadline=deadline)
    sketch.refresh_from_db()
    return sketch, deadline


def after(event, job):
    def run():
        event.wait(timeout=20)
        return job()

    return run


def lingering(call, job, until):
    """The job in a transaction that stays open until the instant; the event says that the job is done."""
    done = threading.Event()

    def run():
        with transaction.atomic():
            result = job()
            done.set()
            wait_until(until)
            return result

    return done, run


def test_submission_that_waits_for_an_extension_is_in_time():
    sketch, deadline = last_second(1500)
    submit = submit_job(sketch)
    extended, extend = lingering(sketch.call, extend_job(sketch.call), deadline)

    amendment, version = in_threads(extend, after(extended, submit))

    assert isinstance(amendment, Amendment)
    assert isinstance(version, SketchVersion)
    assert version.submitted_at > deadline


def test_extension_that_waits_for_a_submission_past_the_deadline_is_refused():
    sketch, deadline = last_second(1500)
    submitted, submit = lingering(sketch.call, submit_job(sketch), deadline)

    version, refused = in_threads(submit, after(submitted, extend_job(sketch.call)))

    assert isinstance(version, SketchVersion)
    assert isinstance(refused, InvalidInput)
    assert Call.objects.get(pk=sketch.call_id).deadline == deadline


def test_sealing_that_waits_for_an_extension_seals_nothing():
    sketch, deadline = last_second(1500)
    extended, extend = lingering(sketch.call, extend_job(sketch.call), deadline)

    def seal():
        wait_until(deadline)
        return receipts.seal_tree(call=sketch.call)

    amendment, tree = in_threads(extend, after(extended, seal))

    assert isinstance(amendment, Amendment)
    assert tree is None
    assert ReceiptTree.objects.get(call=sketch.call).sealed_at is None


def test_extension_that_waits_for_a_sealing_is_refused():
    sketch, deadline = last_second(300)
    wait_until(deadline)
    sealed, seal = lingering(
        sketch.call, lambda: receipts.seal_tree(call=sketch.call), deadline + dt.timedelta(milliseconds=600)
    )

    tree, refused = in_threads(seal, after(sealed, extend_job(sketch.call)))

    assert tree.sealed_at is not None
    assert isinstance(refused, InvalidInput)


def test_two_publishers_publish_once():
    call = factories.make_call()

    outcomes = in_threads(extend_job(call), extend_job(call))

    assert sorted(Amendment.objects.filter(call=call).values_list("number", flat=True)) == [1]
    assert sum(isinstance(outcome, Amendment) for outcome in outcomes) == 1
