"""The jury's jobs with a real worker over the real Redis: completed, killed, delivered twice; and two tabs at once."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from wagtail.models import ModelLogEntry

from scoring.enums import RunState
from scoring.errors import StaleAssessment
from scoring.models import AggregationRun, Assessment, AssignmentPair, AssignmentRun, RankingRow, Score
from scoring.services import aggregation, assignment, runs
from scoring.services.assessments import ScoreInput, save_assessment
from tests.scoring import factories

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 800  # times a twentieth of a second, counted by the database


def wait_until(condition: Callable[[], bool], what: str) -> None:
    for _attempt in range(PATIENCE):
        if condition():
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError(f"never happened: {what}")


@contextlib.contextmanager
def nobody_writes(table: str) -> Iterator[None]:
    """Whoever wants to write to the table waits: a worker is held in the middle of storing its result."""
    holder = connection.copy()
    with holder.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
            holder.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND query LIKE 'INSERT%%')"
        )
        return cursor.fetchone()[0]


def lock_is_free(run: AssignmentRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = %s)", [run.pk]
        )
        return cursor.fetchone()[0]


def state_of(run: AssignmentRun | AggregationRun) -> str:
    return type(run).objects.values_list("state", flat=True).get(pk=run.pk)


def completions(action: str) -> int:
    return ModelLogEntry.objects.filter(action=action).count()


def test_a_worker_completes_an_assignment_and_a_ranking(celery_worker):
    call = factories.make_jury(sketches=4, jurors=4)
    run = assignment.start_assignment(by=factories.staff(call), call=call)
    wait_until(lambda: state_of(run) == RunState.DONE, "the assignment is done")
    run.refresh_from_db()
    assignment.publish_assignment(by=factories.staff(call), run=run)
    for one in Assessment.objects.select_related("juror__user", "sketch__call"):
        factories.grade(one, 4)

    ranking = aggregation.start_aggregation(by=factories.staff(call), call=call)
    wait_until(lambda: state_of(ranking) == RunState.DONE, "the ranking is done")

    assert AssignmentPair.objects.filter(run=run).count() == 12
    assert RankingRow.objects.filter(run=ranking).count() == 4
    assert (run.progress, run.metrics["unfilled"], run.failure) == (100, [], "")


def test_a_worker_killed_in_the_middle_leaves_an_assignment_that_is_completed_once(worker_process):
    call = factories.make_jury(sketches=4, jurors=4)
    worker = worker_process()
    with nobody_writes("scoring_assignmentpair"):
        run = assignment.start_assignment(by=factories.staff(call), call=call)
        wait_until(somebody_waits, "the worker is storing the pairs")
        assert state_of(run) == RunState.RUNNING
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(timeout=30)
    wait_until(lambda: lock_is_free(run), "the dead worker's session ends")
    assert (state_of(run), AssignmentPair.objects.count()) == (RunState.RUNNING, 0)

    worker_process()  # the message of the dead worker is handed out again
    wait_until(lambda: state_of(run) == RunState.DONE, "the assignment is completed")

    assert AssignmentPair.objects.filter(run=run).count() == 12
    assert completions("scoring.finish_assignment") == 1


def test_a_run_without_a_worker_is_taken_up_when_its_heartbeat_has_stopped(celery_worker):
    call = factories.make_jury(sketches=2, jurors=3)
    run = AssignmentRun.objects.create(
        call=call, state=RunState.RUNNING, parameters=_parameters(), seed=1, created_by=factories.staff(call)
    )
    assert runs.requeue_dead_runs() == 0
    AssignmentRun.objects.update(created_at=runs.clock.database_now() - 2 * runs.SILENCE)

    assert runs.requeue_dead_runs() == 1
    assert runs.requeue_dead_runs() == 0
    wait_until(lambda: state_of(run) == RunState.DONE, "the run is completed")

    assert (AssignmentPair.objects.count(), completions("scoring.finish_assignment")) == (6, 1)


def test_two_workers_with_the_same_job_do_it_once():
    call = factories.make_jury(sketches=3, jurors=3)
    run = AssignmentRun.objects.create(call=call, parameters=_parameters(), seed=1, created_by=factories.staff(call))
    answers: list[str] = []
    first = in_thread(lambda: answers.append(assignment.execute_assignment(run_id=run.pk)))
    with nobody_writes("scoring_assignmentpair"):
        first.start()
        wait_until(somebody_waits, "the first is storing the pairs")
        second = assignment.execute_assignment(run_id=run.pk)
    first.join(timeout=30)
    third = assignment.execute_assignment(run_id=run.pk)

    assert (answers, second, third) == (["done"], "held", "done")
    assert (AssignmentPair.objects.count(), completions("scoring.finish_assignment")) == (9, 1)


def test_two_tabs_saving_the_same_assessment_lose_nothing():
    call = factories.make_assigned(sketches=1, jurors=3)
    assessment = factories.own_assessments(call.jurors.first())[0]
    barrier, results = threading.Barrier(2), []

    def save(value: int) -> None:
        barrier.wait(timeout=30)
        try:
            save_assessment(
                by=assessment.juror.user,
                assessment=assessment,
                scores={"need": ScoreInput(value=value, reason=f"Tab {value}")},
                expected_revision=0,
            )
            results.append(("saved", value))
        except StaleAssessment as refused:
            results.append(("told", refused.mine.scores["need"][0], refused.theirs.scores["need"][0]))

    tabs = [in_thread(save, value) for value in (2, 6)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join(timeout=30)

    (saved,) = [result for result in results if result[0] == "saved"]
    (told,) = [result for result in results if result[0] == "told"]
    assert Score.objects.get().value == saved[1] == told[2]
    assert {told[1], saved[1]} == {2, 6}


def in_thread(work: Callable, *arguments) -> threading.Thread:
    """A thread that gives its database connection back."""

    def run() -> None:
        try:
            work(*arguments)
        finally:
            connection.close()

    return threading.Thread(target=run)


def _parameters() -> dict:
    return {"jurors_per_sketch": 3, "keep_assigned": True, "one_per_employer": True, "policy": "optimal"}
