"""Completing the assessment, ranking, recommending, deciding, letters and publication."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.errors import InvalidInput, NotAllowed
from competition.enums import ProgrammeRole, SketchState
from competition.errors import IllegalTransition
from competition.services.sketches import withdraw_sketch
from notifications.models import Letter
from scoring.enums import Outcome, RunState, Verdict
from scoring.errors import NotReady, RunUnderway
from scoring.models import Assessment, DecisionItem, ImpartialityReason, RankingRow
from scoring.selectors import aggregation_input
from scoring.selectors.public import public_result
from scoring.selectors.ranking import departures, ranked, ranking_rows
from scoring.services import aggregation, decision, impartiality, letters
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


def decider(call):
    return factories.staff(call, ProgrammeRole.DECISION_MAKER)


def recommend(call, run, items=None, **fields):
    fields = {"by": factories.staff(call), "reasons": "We agreed."} | fields
    return decision.recommend(call=call, run=run, items=items or factories.outcomes(call), **fields)


def test_a_ranking_is_stored_row_by_row():
    _call, run = factories.make_ranked(sketches=3, jurors=3)

    rows = ranking_rows(run, ranked(run, AnonymousUser()))

    assert (run.state, run.progress, run.metrics["assessments"]) == (RunState.DONE, 100, 9)
    assert [(line.title, line.rank, line.row.mean, line.row.assessments, line.row.spread) for line in rows] == [
        ("Sketch 1", 1, 7.0, 3, 0.0),
        ("Sketch 2", 2, 6.0, 3, 0.0),
        ("Sketch 3", 3, 5.0, 3, 0.0),
    ]
    assert rows[0].row.criterion_means["need"] == 7.0


def test_cannot_assess_is_missing_and_never_zero():
    call = factories.make_assigned(sketches=1, jurors=3)
    for one in Assessment.objects.select_related("juror__user", "sketch__call"):
        factories.grade(one, 6, need=None)

    run = factories.compute_ranking(call)

    row = RankingRow.objects.get(run=run)
    assert (row.mean, row.criterion_means["need"]) == (6.0, None)


def test_unsent_voided_and_unsettled_assessments_do_not_count():
    call = factories.make_assigned(sketches=1, jurors=4, jurors_per_sketch=4)
    first, second, third, fourth = Assessment.objects.select_related("juror__user", "sketch__call").order_by("pk")
    factories.grade(first, 7)
    factories.grade(second, 1, send=False)
    for assessment, code in ((third, "family"), (fourth, "other")):
        factories.grade(assessment, 1)
        impartiality.declare(
            by=assessment.juror.user,
            juror=assessment.juror,
            sketch=assessment.sketch,
            verdict=Verdict.DISQUALIFIED,
            reason=ImpartialityReason.objects.get(code=code),
        )

    run = factories.compute_ranking(call)

    assert RankingRow.objects.get(run=run).mean == 7.0


def test_a_ranking_of_nothing_fails_with_a_reason_and_one_runs_at_a_time():
    call = factories.make_assigned(sketches=1, jurors=3)
    run = aggregation.start_aggregation(by=factories.staff(call), call=call)
    with pytest.raises(RunUnderway):
        aggregation.start_aggregation(by=factories.staff(call), call=call)

    assert aggregation.execute_aggregation(run_id=run.pk) == RunState.FAILED

    run.refresh_from_db()
    assert run.failure


@pytest.mark.parametrize("sketches", [1, 4])
def test_grades_are_read_in_the_same_number_of_queries(django_assert_num_queries, sketches):
    call = factories.make_assessed(sketches=sketches, jurors=3)

    with django_assert_num_queries(5):
        data = aggregation_input.load(call)

    assert len(data.rows) == sketches * 3 * 5


def test_the_assessment_is_not_completed_over_open_ends():
    call = factories.make_assigned(sketches=2, jurors=3)
    by = factories.staff(call)
    with pytest.raises(NotReady, match="Nobody has sent"):
        decision.complete_assessment(by=by, call=call)
    for sketch in call.sketches.all():
        factories.grade(sketch.assessments.select_related("juror__user", "sketch__call").first(), 4)
    with pytest.raises(NotReady, match="4 assessments"):
        decision.complete_assessment(by=by, call=call)

    decision.complete_assessment(by=by, call=call, leave_unfinished=True)

    assert call.assessment_completed_at is not None
    with pytest.raises(NotReady):
        decision.complete_assessment(by=by, call=call, leave_unfinished=True)


def test_a_recommendation_freezes_its_ranking():
    call, run = factories.make_ranked(sketches=2, jurors=3)

    made = recommend(call, run)

    run.refresh_from_db()
    assert (run.frozen_at, made.run) == (made.made_at, run)
    assert list(made.items.values_list("sketch__title", "outcome", "shortlisted", "amount")) == [
        ("Sketch 1", "award", True, Decimal(1000)),
        ("Sketch 2", "reject", False, None),
    ]
    with pytest.raises(NotReady):
        recommend(call, run)


def test_every_sketch_needs_an_outcome_and_reasons():
    call, run = factories.make_ranked(sketches=2, jurors=3)
    first, second = factories.outcomes(call)

    with pytest.raises(InvalidInput) as missing:
        recommend(call, run, [first])
    with pytest.raises(InvalidInput) as silent:
        recommend(call, run, [first, replace(second, reasons="  ")])
    with pytest.raises(InvalidInput) as unexplained:
        recommend(call, run, reasons="")

    assert list(missing.value.errors) == [second.sketch.reference]
    assert list(silent.value.errors) == [second.sketch.reference]
    assert list(unexplained.value.errors) == ["reasons"]


def test_awards_stay_within_the_call():
    call, run = factories.make_ranked(sketches=2, jurors=3, budget=Decimal(1500), max_per_project=Decimal(1200))
    first, second = factories.outcomes(call, awarded=2)

    with pytest.raises(InvalidInput) as too_much:
        recommend(call, run, [replace(first, amount=Decimal(1300)), second])
    with pytest.raises(InvalidInput) as together:
        recommend(call, run, [first, second])

    assert first.sketch.reference in too_much.value.errors
    assert list(together.value.errors) == ["amount"]


def test_a_departure_from_the_ranking_needs_reasons():
    call, run = factories.make_ranked(sketches=3, jurors=3)
    first, second, third = factories.outcomes(call, awarded=0)
    skipping = [first, replace(second, outcome=Outcome.AWARD), third]

    with pytest.raises(InvalidInput) as refused:
        recommend(call, run, skipping)
    recommend(call, run, [first, replace(skipping[1], departure_reasons="The jury voted 3 to 0."), third])

    assert list(refused.value.errors) == [second.sketch.reference]


def test_a_tie_is_decided_by_a_recorded_vote():
    call, run = factories.make_ranked(sketches=2, jurors=3, grades={0: 5, 1: 5})

    with pytest.raises(InvalidInput) as refused:
        recommend(call, run)

    assert list(RankingRow.objects.values_list("rank", flat=True)) == [1, 1]
    assert "tie_unresolved" in RankingRow.objects.first().flags
    assert list(refused.value.errors) == [factories.outcomes(call)[0].sketch.reference]


def test_departures():
    ranks = {1: 1, 2: 2, 3: 2, 4: None}

    assert departures({1: "award", 2: "reject", 3: "reject", 4: "reject"}, ranks) == set()
    assert departures({1: "award", 2: "award", 3: "reject", 4: "reject"}, ranks) == {2}
    assert departures({1: "reject", 2: "award", 3: "reject", 4: "award"}, ranks) == {2, 4}
    assert departures({1: "award", 2: "award", 3: "award", 4: "reject"}, ranks) == set()


def test_a_ranking_that_grades_have_overtaken_is_not_recommended():
    call = factories.make_assessed(sketches=1, jurors=3)
    run = factories.compute_ranking(call)
    one = Assessment.objects.select_related("juror__user", "sketch__call").first()
    factories.assessments.reopen(by=one.juror.user, assessment=one)
    factories.grade(one, 2)
    decision.complete_assessment(by=factories.staff(call), call=call)

    with pytest.raises(NotReady, match="have changed"):
        recommend(call, run)


def test_somebody_else_decides_as_recommended():
    call, run = factories.make_ranked(sketches=2, jurors=3)
    recommend(call, run)

    with pytest.raises(NotAllowed):
        decision.decide(by=factories.staff(call), call=call)
    decision.decide(by=decider(call), call=call)

    assert list(DecisionItem.objects.values_list("outcome", "amount")) == [("award", Decimal(1000)), ("reject", None)]
    assert set(call.sketches.values_list("state", flat=True)) == {SketchState.ADMITTED}
    with pytest.raises(NotReady):
        decision.decide(by=decider(call), call=call)


def test_a_decision_that_departs_says_why():
    call, run = factories.make_ranked(sketches=2, jurors=3)
    recommend(call, run)
    items = factories.outcomes(call, awarded=0)

    with pytest.raises(InvalidInput) as refused:
        decision.decide(by=decider(call), call=call, items=items)
    decision.decide(by=decider(call), call=call, items=items, reasons="There is no money.")

    assert list(refused.value.errors) == ["reasons"]
    assert set(DecisionItem.objects.values_list("outcome", flat=True)) == {"reject"}


def test_a_sketch_withdrawn_after_the_recommendation_drops_out():
    call, run = factories.make_ranked(sketches=2, jurors=3)
    recommend(call, run)
    sketch = call.sketches.order_by("pk").last()
    withdraw_sketch(by=base.writer_of(sketch), sketch=sketch, reason="We found a way.")

    decision.decide(by=decider(call), call=call)

    assert DecisionItem.objects.count() == 1


def test_all_letters_leave_together_in_the_organisations_written_standard():
    call = factories.make_decided(sketches=2, jurors=3)
    first, second = call.sketches.order_by("pk").select_related("organisation")
    first.organisation.language_form = "nn"
    first.organisation.save()

    drafts = letters.prepare_letters(by=factories.staff(call), call=call)
    before = Letter.objects.filter(kind__in=["award", "rejection"]).exclude(released_at=None).count()
    sent = letters.send_letters(by=factories.staff(call), call=call)
    again = letters.send_letters(by=factories.staff(call), call=call)

    assert (len(drafts), before, sent, again) == (4, 0, 4, 0)
    award = Letter.objects.filter(kind="award", recipient=first.organisation.mailbox).get()
    assert award.language == "nn"
    assert "Reasons for Sketch 1." in award.text
    assert first.reference in award.text
    rejection = Letter.objects.filter(kind="rejection", recipient=second.organisation.mailbox).get()
    assert "Reasons for Sketch 2." in rejection.text
    assert dict(call.sketches.values_list("pk", "state")) == {first.pk: "awarded", second.pk: "rejected"}


def test_letters_are_the_managers_to_send_and_only_after_the_decision():
    call, run = factories.make_ranked(sketches=1, jurors=3)
    recommend(call, run)

    with pytest.raises(NotReady):
        letters.send_letters(by=factories.staff(call), call=call)
    with pytest.raises(NotAllowed):
        letters.send_letters(by=decider(call), call=call)


def test_the_result_is_public_after_the_letters_and_shows_public_answers_only():
    call = factories.make_decided(sketches=2, jurors=3)
    call.questions.filter(code="summary").update(public=True)
    by = factories.staff(call)
    with pytest.raises(NotReady):
        letters.publish_result(by=by, call=call)
    letters.send_letters(by=by, call=call)
    assert public_result(slug=call.slug) is None

    letters.publish_result(by=by, call=call)

    result = public_result(slug=call.slug)
    assert [sketch.title for sketch in result.awarded] == ["Sketch 1"]
    assert result.shortlisted == []
    assert (result.received, result.admitted, result.jurors, result.assessments) == (2, 2, 3, 6)
    public = {question["code"] for question in call.sketches.first().current_version.questions if question["public"]}
    assert {answer.code for answer in result.awarded[0].answers} <= public
    with pytest.raises(IllegalTransition):
        letters.publish_result(by=by, call=call)
