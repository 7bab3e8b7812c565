"""In the last minute before a deadline, letters stand back for those who hand in."""

import datetime as dt
import uuid

import pytest

from competition import tasks
from competition.services.submission import submit_sketch
from home.demo.travel import at
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def queued(monkeypatch):
    found = []
    monkeypatch.setattr(tasks.write_receipt, "delay", lambda *given: found.append((given, 0)))
    monkeypatch.setattr(
        tasks.write_receipt, "apply_async", lambda given, *, countdown: found.append((tuple(given), countdown))
    )
    return found


@pytest.mark.parametrize(("before", "waits"), [(3600, 0), (61, 0), (45, 45), (1, 1)])
def test_a_receipt_is_written_at_once_or_once_the_deadline_is_over(
    queued, django_capture_on_commit_callbacks, before, waits
):
    sketch = factories.make_sketch()

    with at(sketch.call.deadline - dt.timedelta(seconds=before)), django_capture_on_commit_callbacks(execute=True):
        version = submit_sketch(by=sketch.created_by, sketch=sketch, idempotency_key=uuid.uuid4())

    [(arguments, countdown)] = queued
    assert arguments == (version.pk,)
    assert countdown == pytest.approx(waits, abs=1)
