"""Drafts of an assignment when two people, or a person and a computation, come at the same moment."""

import pytest

from accounts.errors import InvalidInput
from competition.models import Sketch
from competition.services.sketches import withdraw_sketch
from notifications.models import Letter
from scoring import tasks
from scoring.enums import EditKind, RunState
from scoring.errors import NotReady, RunUnderway
from scoring.models import Assessment, AssignmentEdit, AssignmentPair, AssignmentRun
from scoring.selectors import assignment_input
from scoring.selectors.assignment_findings import findings
from scoring.services import assignment
from scoring.services.assignment_edit import edit_draft
from tests.concurrency.test_runs import in_thread, nobody_writes, somebody_waits, wait_until
from tests.concurrency.test_submission import in_threads
from tests.scoring import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_worker(monkeypatch):
    """Nothing is handed to the queue: a test that wants a draft computed does it itself."""
    monkeypatch.setattr(tasks.run_assignment, "delay_on_commit", lambda pk: None)


def change(run, kind, sketch, juror):
    return lambda: edit_draft(
        by=factories.staff(run.call), run=AssignmentRun.objects.select_related("call").get(pk=run.pk),
        kind=kind, sketch=sketch, juror=juror, reason="At the same moment.",
    )  # fmt: skip


def test_two_starts_at_once_make_one_draft():
    call = factories.make_jury(sketches=2, jurors=3)
    by = factories.staff(call)

    outcomes = in_threads(*[lambda: assignment.start_assignment(by=by, call=call)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AssignmentRun", "RunUnderway"]
    assert any(isinstance(outcome, RunUnderway) for outcome in outcomes)
    assert AssignmentRun.objects.count() == 1


def test_the_same_change_at_once_is_made_once():
    call = factories.make_jury(sketches=1, jurors=4)
    run = factories.compute_assignment(call)
    sketch, juror = run.pairs.values_list("sketch", "juror").first()

    outcomes = in_threads(*[change(run, EditKind.REMOVE, sketch, juror)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AssignmentEdit", "InvalidInput"]
    assert any(isinstance(outcome, InvalidInput) for outcome in outcomes)
    assert (run.pairs.count(), AssignmentEdit.objects.count()) == (2, 1)


def test_two_changes_at_once_are_both_in_the_figures():
    call = factories.make_jury(sketches=2, jurors=4)
    run = factories.compute_assignment(call)
    pairs = list(run.pairs.order_by("sketch").values_list("sketch", "juror"))

    in_threads(*(change(run, EditKind.REMOVE, *pair) for pair in (pairs[0], pairs[-1])))

    run.refresh_from_db()
    assert run.metrics["pairs"] == run.pairs.count() == 4
    assert len(run.metrics["unfilled"]) == 2


def test_publishing_while_a_pair_is_changed_hands_out_one_or_the_other():
    call = factories.make_jury(sketches=1, jurors=4)
    run, by = factories.compute_assignment(call), factories.staff(call)
    sketch, juror = run.pairs.values_list("sketch", "juror").first()

    def publish():
        return assignment.publish_assignment(
            by=by, run=AssignmentRun.objects.select_related("call").get(pk=run.pk), reason="In haste."
        )

    outcomes = in_threads(publish, change(run, EditKind.REMOVE, sketch, juror))

    assert all(isinstance(outcome, AssignmentRun | AssignmentEdit | NotReady) for outcome in outcomes), outcomes
    assert set(Assessment.objects.values_list("sketch", "juror")) == set(run.pairs.values_list("sketch", "juror"))


def test_two_people_publishing_two_drafts_hand_out_one_of_them():
    call = factories.make_jury(sketches=1, jurors=6)
    first = factories.compute_assignment(call)
    taken = set(first.pairs.values_list("juror", flat=True))
    second = factories.compute_assignment(call)
    (sketch,) = call.sketches.all()
    for gone, comes in zip(sorted(taken), call.jurors.exclude(pk__in=taken).order_by("pk"), strict=True):
        edit_draft(
            by=factories.staff(call), run=second, kind=EditKind.SWAP, sketch=sketch.pk, juror=comes.pk,
            replaced=gone, reason="Others altogether.",
        )  # fmt: skip
    by = factories.staff(call)

    def publish(run):
        return lambda: assignment.publish_assignment(
            by=by, run=AssignmentRun.objects.select_related("call").get(pk=run.pk)
        )

    outcomes = in_threads(publish(first), publish(second))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AssignmentRun", "NotReady"]
    assert Assessment.objects.standing().count() == 3
    assert Letter.objects.filter(kind="jury_assignment").count() == 3


def test_a_sketch_withdrawn_while_the_draft_is_computed_is_named():
    call = factories.make_jury(sketches=2, jurors=3)
    run = assignment.start_assignment(by=factories.staff(call), call=call)
    answers: list[str] = []
    worker = in_thread(lambda: answers.append(assignment.execute_assignment(run_id=run.pk)))
    with nobody_writes("scoring_assignmentpair"):
        worker.start()
        wait_until(somebody_waits, "the worker is storing the pairs")
        sketch = Sketch.objects.select_related("call", "created_by").filter(call=call).first()
        withdraw_sketch(by=sketch.created_by, sketch=sketch, reason="The need has gone.")
    worker.join(timeout=30)
    run.refresh_from_db()

    pairs = set(AssignmentPair.objects.values_list("sketch", "juror"))
    found = findings(run, assignment_input.load(call, fit=False), pairs)

    assert answers == [RunState.DONE]
    assert {each.code for each in found if each.hard} == {"withdrawn"}
    with pytest.raises(NotReady, match="takes no part any more"):
        assignment.publish_assignment(by=factories.staff(call), run=run)
