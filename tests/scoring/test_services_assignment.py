"""Starting, computing and publishing an assignment."""

import pytest

from accounts.errors import NotAllowed
from competition.enums import ProgrammeRole
from notifications.models import Letter
from scoring.enums import AssessmentState, RunState, Verdict
from scoring.errors import NotReady, RunUnderway
from scoring.models import Assessment, AssignmentPair, AssignmentRun, Juror
from scoring.selectors import assignment_input
from scoring.selectors.assignment_plan import Plan, Weights
from scoring.selectors.assignment_problem import least_load
from scoring.services import assignment, impartiality, jury
from scoring.services.criteria import read_data
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


def publish(call, run):
    return assignment.publish_assignment(by=factories.staff(call), run=run)


def pairs(run):
    return set(run.pairs.values_list("sketch", "juror"))


def test_a_run_stores_pairs_with_their_terms_and_what_it_was_made_from():
    call = factories.make_jury(sketches=3, jurors=4)

    run = factories.compute_assignment(call)

    assert (run.state, run.progress, len(run.input_sha256)) == (RunState.DONE, 100, 64)
    assert run.seed == assignment.seed_of(call)
    assert run.metrics["total"] == pytest.approx(9)
    assert (run.metrics["gap"], run.metrics["unfilled"], run.metrics["lowest_fit"]) == (0, [], pytest.approx(3))
    assert sorted(run.metrics["loads"].values()) == sorted(run.metrics["loads"].values())
    assert sum(run.metrics["loads"].values()) == 9
    assert "ortools" in run.program
    pair = run.pairs.first()
    assert (pair.affinity, pair.terms) == (
        1.0,
        {"topics": {"health": 1.0}, "parts": {"topics": 1.0}, "kept": False},
    )


def test_the_same_input_and_seed_give_the_same_pairs():
    call = factories.make_jury(sketches=4, jurors=5)

    first, second = factories.compute_assignment(call, seed=3), factories.compute_assignment(call, seed=3)

    assert pairs(first) == pairs(second)
    assert first.input_sha256 == second.input_sha256


def test_conflicts_are_kept_out_and_missing_places_are_told():
    call = factories.make_jury(sketches=2, jurors=3)
    sketch = call.sketches.order_by("pk").first()
    juror = call.jurors.first()
    impartiality.declare(
        by=juror.user,
        juror=juror,
        sketch=sketch,
        verdict=Verdict.DISQUALIFIED,
        reason=impartiality.ImpartialityReason.objects.get(code="family"),
    )

    run = factories.compute_assignment(call)

    assert (sketch.pk, juror.pk) not in pairs(run)
    (missing,) = run.metrics["unfilled"]
    assert (missing["reference"], missing["places"], missing["reason"]) == (sketch.reference, 1, "conflicts")


def test_a_juror_who_fits_nothing_best_gets_a_share_of_the_work_all_the_same():
    call = factories.make_jury(sketches=2, jurors=2)
    unfit = factories.make_juror(call, topics={})
    factories.declare_all(unfit)

    run = factories.compute_assignment(call, jurors_per_sketch=2)

    assert sorted(run.metrics["loads"].values()) == [1, 1, 2]
    assert run.pairs.filter(juror=unfit).count() == 1


@pytest.mark.parametrize(
    ("least", "most", "mean", "expected"),
    [(0, 20, 0.9, 0), (0, 20, 1.3, 1), (0, 20, 8.9, 4), (6, 20, 8.0, 6), (0, 2, 9, 2)],
)
def test_the_least_load_is_the_seats_or_half_the_mean_and_never_above_the_most(least, most, mean, expected):
    juror = Juror(load_min=least, load_max=most)

    assert least_load(juror, mean, Plan()) == expected


def test_no_two_jurors_of_one_employer_on_a_sketch():
    call = base.make_call_under_assessment(sketches_count=2)
    employer = base.make_organisation()
    for organisation in (employer, employer, None, None):
        factories.make_juror(call, organisation=organisation)

    run = factories.compute_assignment(call)

    employed = set(call.jurors.filter(organisation=employer).values_list("pk", flat=True))
    for sketch in call.sketches.all():
        assert sum(juror in employed for of, juror in pairs(run) if of == sketch.pk) == 1


def test_one_run_at_a_time():
    call = factories.make_jury(sketches=1, jurors=3)
    assignment.start_assignment(by=factories.staff(call), call=call)

    with pytest.raises(RunUnderway):
        assignment.start_assignment(by=factories.staff(call), call=call)

    assert AssignmentRun.objects.count() == 1


def test_start_says_what_is_missing():
    call = base.make_call_under_assessment(sketches_count=1)
    too_early = base.make_call()

    with pytest.raises(NotReady, match="juror"):
        assignment.start_assignment(by=factories.staff(call), call=call)
    with pytest.raises(NotReady, match="formal check"):
        assignment.start_assignment(by=factories.staff(too_early), call=too_early)
    with pytest.raises(NotAllowed):
        assignment.start_assignment(by=base.make_member(call.programme, ProgrammeRole.OBSERVER), call=call)


def test_an_impossible_problem_fails_with_a_reason():
    call = factories.make_jury(sketches=1, jurors=3)
    run = assignment.start_assignment(by=factories.staff(call), call=call)
    AssignmentRun.objects.filter(pk=run.pk).update(parameters=run.parameters | {"policy": "no such policy"})

    assert assignment.execute_assignment(run_id=run.pk) == RunState.FAILED

    run.refresh_from_db()
    assert "no such policy" in run.failure
    assert not AssignmentPair.objects.exists()


def test_publishing_hands_out_the_work_and_tells_each_juror_once():
    call = factories.make_jury(sketches=2, jurors=3)
    run = factories.compute_assignment(call)

    publish(call, run)
    publish(call, run)

    assert Assessment.objects.count() == 6
    assert Letter.objects.filter(kind="jury_assignment").count() == 3
    one = Assessment.objects.select_related("sketch").first()
    assert one.version_id == one.sketch.current_version_id
    assert one.position == assignment_input.personal_position(run.seed, one.juror_id, one.sketch_id)


def test_a_run_that_has_become_impossible_is_not_published():
    call = factories.make_jury(sketches=1, jurors=3)
    run = factories.compute_assignment(call)
    jury.remove_juror(by=factories.staff(call), juror=call.jurors.first())

    with pytest.raises(NotReady, match="does not serve any more"):
        publish(call, run)


def test_a_second_assignment_fills_gaps_and_touches_nothing_that_is_begun():
    call = factories.make_assigned(sketches=2, jurors=4)
    kept = set(Assessment.objects.values_list("pk", flat=True))
    told = Letter.objects.filter(kind="jury_assignment")
    before = told.count()
    gone = call.jurors.filter(assessments__isnull=False).first()
    factories.grade(
        Assessment.objects.exclude(juror=gone).select_related("juror__user", "sketch__call").first(), 5, send=False
    )
    lost = set(gone.assessments.values_list("pk", flat=True))
    jury.remove_juror(by=factories.staff(call), juror=gone)

    publish(call, factories.compute_assignment(call))

    standing = Assessment.objects.standing()
    assert kept - lost <= set(standing.values_list("pk", flat=True))
    assert standing.count() == 6
    assert set(Assessment.objects.filter(pk__in=lost).values_list("state", flat=True)) == {AssessmentState.VOID}
    assert 1 <= told.count() - before <= len(lost)


def test_regions_and_languages_come_from_the_applicant_and_the_seat():
    call = factories.make_jury(sketches=1, jurors=1)
    sketch, seat = call.sketches.get(), call.jurors.get()
    type(sketch.organisation).objects.update(region=" Vestland")
    type(seat).objects.update(region="vestland ", languages=[sketch.language])

    data = assignment_input.load(call)

    assert data.fit(Weights()).parts(sketch.pk, seat.pk) == {"topics": 1.0, "language": 1.0, "region": 0.0}


@pytest.mark.parametrize(("sketches", "jurors"), [(2, 3), (5, 4)])
def test_the_input_is_read_in_the_same_number_of_queries(django_assert_num_queries, sketches, jurors):
    call = factories.make_jury(sketches=sketches, jurors=jurors)

    with django_assert_num_queries(6):
        assignment_input.load(call)
    with django_assert_num_queries(4):
        assignment_input.load(call, fit=False)


def test_criteria_come_with_the_call_in_every_language():
    call = base.make_call()

    assert [(c.code, int(c.weight)) for c in call.criteria.all()] == [
        ("need", 30),
        ("innovation", 25),
        ("feasibility", 20),
        ("anchoring", 15),
        ("spread", 10),
    ]
    scale = call.grade_scales.get()
    assert list(scale.levels.values_list("value", "label_en")) == [
        (7, "Outstanding"),
        (6, "Excellent"),
        (5, "Very good"),
        (4, "Good"),
        (3, "Fair"),
        (2, "Weak"),
        (1, "Poor"),
    ]
    assert call.criteria.first().name_nn == "Behov og samfunnsnytte"
    assert {entry["weight"] for entry in read_data("criteria")["templates"]["effect"]} == {25}
