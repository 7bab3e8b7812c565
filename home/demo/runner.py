"""How a demo gets its runs computed: right here, or by the Celery worker of the site."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from celery import current_app
from django.conf import settings

from competition.clock import database_now
from competition.models import Call
from competition.services.receipts import seal_tree
from scoring.models import AggregationRun, AssignmentRun
from scoring.services.aggregation import execute_aggregation
from scoring.services.assignment import execute_assignment

WAIT_SECONDS = 45
LOOK_EVERY = 0.2


class Runner(Protocol):
    """Brings a run to its end, a call past its deadline, and its receipts under seal."""

    def finish(self, run: AssignmentRun | AggregationRun) -> None: ...

    def pass_deadline(self, call: Call) -> None: ...

    def seal(self, call: Call) -> None: ...


class Here:
    """Does the worker's work in this process; for building a competition of another day."""

    def finish(self, run: AssignmentRun | AggregationRun) -> None:
        execute = execute_assignment if isinstance(run, AssignmentRun) else execute_aggregation
        execute(run_id=run.pk)
        run.refresh_from_db()

    def pass_deadline(self, call: Call) -> None:
        """Nothing to wait for: the story travels."""

    def seal(self, call: Call) -> None:
        seal_tree(call=call)


class ByWorker:
    """Waits for the real worker and the real clock; says so when no worker answers."""

    def finish(self, run: AssignmentRun | AggregationRun) -> None:
        self._wait(lambda: run.refresh_from_db() or run.is_over, "the worker has not finished the run")

    def pass_deadline(self, call: Call) -> None:
        self._wait(lambda: database_now() >= call.deadline, "the deadline has not come")

    def seal(self, call: Call) -> None:
        from competition.tasks import seal_closed_calls

        seal_closed_calls.delay()
        tree = call.receipt_tree
        self._wait(lambda: tree.refresh_from_db() or tree.sealed_at is not None, "the receipts were not sealed")

    @staticmethod
    def _wait(condition, complaint: str) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"After {WAIT_SECONDS} seconds {complaint}. Is a worker running?")
            time.sleep(LOOK_EVERY)


@contextmanager
def worker_at_work() -> Iterator[bool]:
    """A Celery worker answers within the block: the site's own, or one that is started for it. True for the latter."""
    if current_app.control.ping(timeout=1.0):
        yield False
        return
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency=1", "--loglevel=WARNING"]
    process = subprocess.Popen(command, cwd=settings.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield True
    finally:
        process.terminate()
        process.wait(timeout=30)
