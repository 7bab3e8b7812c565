"""Boring makers for the jury's tests, through the real services. The wire between a run and its worker is cut here:
a test that wants a computed run calls `compute`, which is what the task calls."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounts.models import User
from competition.enums import ProgrammeRole
from competition.models import Call, Sketch, Topic
from scoring.enums import AssessmentState, Outcome, Verdict
from scoring.models import AggregationRun, Assessment, AssignmentRun, Juror
from scoring.selectors.assignment_plan import plan_of
from scoring.services import aggregation, assessments, assignment, decision, impartiality, jury
from scoring.services.assessments import ScoreInput
from scoring.services.decision import OutcomeInput
from tests import factories
from tests.remembered import remembered


@remembered
def staff(call: Call, role: str = ProgrammeRole.OWNER) -> User:
    """Somebody with the role, made when there is none."""
    found = User.objects.filter(programme_memberships__programme=call.programme, programme_memberships__role=role)
    return found.order_by("pk").first() or factories.make_member(call.programme, role)


@remembered
def make_juror(call: Call, *, accept: bool = True, **fields: Any) -> Juror:
    """A juror who was invited and, unless said otherwise, has accepted."""
    fields.setdefault("topics", dict.fromkeys(Topic.objects.filter(code="health"), 1))
    email = fields.pop("email", None) or factories.make_user().email
    juror = jury.invite_juror(by=staff(call), call=call, email=email, **fields)
    return jury.answer_invitation(juror=juror, accept=True) if accept else juror


@remembered
def make_jury(*, sketches: int = 3, jurors: int = 3, declared: bool = True, **fields: Any) -> Call:
    """A call under assessment with a jury that has declared to be impartial everywhere."""
    call = factories.make_call_under_assessment(sketches_count=sketches, **fields)
    for _number in range(jurors):
        juror = make_juror(call)
        if declared:
            declare_all(juror)
    return call


@remembered
def declare_all(juror: Juror) -> None:
    blocked = juror.declarations.values_list("sketch", flat=True)
    entries = [
        impartiality.DeclarationInput(sketch, Verdict.IMPARTIAL)
        for sketch in Sketch.objects.filter(call=juror.call, state="admitted").exclude(pk__in=blocked)
    ]
    impartiality.declare_many(by=juror.user, juror=juror, declarations=entries)


@remembered
def compute_assignment(call: Call, **fields: Any) -> AssignmentRun:
    seed, base, repair = fields.pop("seed", None), fields.pop("base", None), fields.pop("repair", False)
    plan = replace(plan_of(call), **fields)
    run = assignment.start_assignment(by=staff(call), call=call, plan=plan, seed=seed, base=base, repair=repair)
    assignment.execute_assignment(run_id=run.pk)
    run.refresh_from_db()
    return run


@remembered
def make_assigned(**fields: Any) -> Call:
    """A call whose sketches have been handed out."""
    call = make_jury(**fields)
    assignment.publish_assignment(by=staff(call), run=compute_assignment(call))
    return call


def scores(call: Call, value: int | None = 5, **given: int) -> dict[str, ScoreInput]:
    """The same grade on every criterion, or those named; None is “cannot assess”."""
    return {
        code: ScoreInput(
            value=given.get(code, value), not_assessable=given.get(code, value) is None, reason="Well put."
        )
        for code in call.criteria.values_list("code", flat=True)
    }


@remembered
def grade(assessment: Assessment, value: int | None = 5, *, send: bool = True, **given: int) -> Assessment:
    by = assessment.juror.user
    saved = assessments.save_assessment(
        by=by, assessment=assessment, scores=scores(assessment.sketch.call, value, **given)
    )
    return assessments.finalise(by=by, assessment=saved) if send else saved


@remembered
def make_assessed(*, grades: dict[int, int] | None = None, **fields: Any) -> Call:
    """A call with every assessment sent; the n-th sketch by reference gets `grades[n]`, or 7, 6, 5 ... by default."""
    call = make_assigned(**fields)
    order = list(Sketch.objects.filter(call=call).order_by("pk").values_list("pk", flat=True))
    for one in Assessment.objects.standing().filter(sketch__call=call).select_related("juror__user", "sketch__call"):
        number = order.index(one.sketch_id)
        grade(one, (grades or {}).get(number, max(1, 7 - number)))
    return call


@remembered
def compute_ranking(call: Call, **fields: Any) -> AggregationRun:
    run = aggregation.start_aggregation(by=staff(call), call=call, **fields)
    aggregation.execute_aggregation(run_id=run.pk)
    run.refresh_from_db()
    return run


@remembered
def make_ranked(**fields: Any) -> tuple[Call, AggregationRun]:
    call = make_assessed(**fields)
    decision.complete_assessment(by=staff(call), call=call)
    return call, compute_ranking(call)


def outcomes(call: Call, *, awarded: int = 1, **fields: Any) -> list[OutcomeInput]:
    """The first `awarded` by key get an award."""
    sketches = Sketch.objects.competing().filter(call=call).select_related("call").order_by("pk")
    return [
        OutcomeInput(
            sketch=sketch,
            outcome=Outcome.AWARD if number < awarded else Outcome.REJECT,
            reasons=f"Reasons for {sketch.title}.",
            amount=Decimal(1000) if number < awarded else None,
            **fields,
        )
        for number, sketch in enumerate(sketches)
    ]


@remembered
def make_decided(**fields: Any) -> Call:
    """A call recommended by its owner and decided by a decision-maker."""
    call, run = make_ranked(**fields)
    decision.recommend(by=staff(call), call=call, run=run, reasons="We agreed.", items=outcomes(call))
    decision.decide(by=staff(call, ProgrammeRole.DECISION_MAKER), call=call)
    return call


def own_assessments(juror: Juror) -> list[Assessment]:
    return list(
        Assessment.objects.filter(juror=juror)
        .exclude(state=AssessmentState.VOID)
        .select_related("juror__user", "juror__call", "sketch__call")
        .order_by("position")
    )
