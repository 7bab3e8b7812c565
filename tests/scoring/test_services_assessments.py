"""Saving, sending and reopening assessments."""

import pytest

from accounts.errors import InvalidInput, NotAllowed, Refused
from scoring.enums import AssessmentState
from scoring.errors import OutsidePeriod, StaleAssessment
from scoring.models import Score
from scoring.services import assessments
from scoring.services.assessments import ScoreInput
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    call = factories.make_assigned(sketches=1, jurors=3)
    return factories.own_assessments(call.jurors.first())[0]


def save(assessment, **fields):
    fields = {"by": assessment.juror.user, "assessment": assessment, "scores": {}} | fields
    return assessments.save_assessment(**fields)


def test_save_keeps_part_of_it_and_begins_the_assessment(assessment):
    saved = save(assessment, scores={"need": ScoreInput(value=6, reason="Great need.")}, comment="So far")

    assert (saved.state, saved.revision, saved.comment) == (AssessmentState.STARTED, 1, "So far")
    assert list(Score.objects.values_list("criterion__code", "value", "not_assessable", "reason")) == [
        ("need", 6, False, "Great need.")
    ]


def test_cannot_assess_is_stored_without_a_grade(assessment):
    save(assessment, scores={"need": ScoreInput(not_assessable=True)})

    assert list(Score.objects.values_list("value", "not_assessable")) == [(None, True)]


def test_saving_the_same_twice_is_one_save(assessment):
    given = {"need": ScoreInput(value=6)}
    first = save(assessment, scores=given, expected_revision=0)

    again = save(assessment, scores=given, expected_revision=0)

    assert (first.revision, again.revision) == (1, 1)


def test_an_older_page_is_told_and_both_texts_are_kept(assessment):
    save(assessment, scores={"need": ScoreInput(value=6, reason="First tab")}, comment="one", expected_revision=0)

    with pytest.raises(StaleAssessment) as refused:
        save(assessment, scores={"need": ScoreInput(value=2, reason="Second tab")}, comment="two", expected_revision=0)

    assert refused.value.theirs.scores["need"] == (6, False, "First tab")
    assert refused.value.mine.scores["need"] == (2, False, "Second tab")
    assert (refused.value.theirs.comment, refused.value.mine.comment, refused.value.revision) == ("one", "two", 1)
    assert Score.objects.get().value == 6


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"need": ScoreInput(value=8)}, "need"),
        ({"need": ScoreInput(value=0)}, "need"),
        ({"need": ScoreInput(value=3, not_assessable=True)}, "need"),
        ({"need": ScoreInput(value=3, reason="x" * 5001)}, "need"),
        ({"need": ScoreInput(value=3, reason="nul \x00")}, "need"),
        ({"nothing": ScoreInput(value=3)}, "nothing"),
    ],
)
def test_bad_input_is_named_by_criterion_and_nothing_is_stored(assessment, given, code):
    with pytest.raises(InvalidInput) as refused:
        save(assessment, scores=given)

    assert list(refused.value.errors) == [code]
    assert not Score.objects.exists()


def test_length_counts_as_a_browser_does(assessment):
    save(assessment, scores={"need": ScoreInput(value=3, reason="x\r\n" * 2500)})

    with pytest.raises(InvalidInput):
        save(assessment, scores={"need": ScoreInput(value=3, reason="😀" * 2501)})


def test_finalise_needs_every_criterion(assessment):
    save(assessment, scores={"need": ScoreInput(value=6)})

    with pytest.raises(InvalidInput) as refused:
        assessments.finalise(by=assessment.juror.user, assessment=assessment)

    assert set(refused.value.errors) == {"innovation", "feasibility", "anchoring", "spread"}


def test_finalise_needs_reasons_where_they_are_required(assessment):
    call = assessment.sketch.call
    call.criteria.filter(code="need").update(requires_reasons=True)
    save(assessment, scores=factories.scores(call) | {"need": ScoreInput(value=6)})

    with pytest.raises(InvalidInput) as refused:
        assessments.finalise(by=assessment.juror.user, assessment=assessment)

    assert list(refused.value.errors) == ["need"]


def test_a_sent_assessment_does_not_change_until_it_is_reopened(assessment):
    by = assessment.juror.user
    factories.grade(assessment, 5)

    with pytest.raises(Refused):
        save(assessment, scores={"need": ScoreInput(value=1)})
    reopened = assessments.reopen(by=by, assessment=assessment)
    saved = save(reopened, scores={"need": ScoreInput(value=1)})

    assert (saved.state, saved.finalised_at) == (AssessmentState.STARTED, None)


def test_all_are_sent_or_none():
    call = factories.make_assigned(sketches=2, jurors=3)
    juror = call.jurors.first()
    first, second = factories.own_assessments(juror)
    factories.grade(first, 5, send=False)

    with pytest.raises(InvalidInput) as refused:
        assessments.finalise_all(by=juror.user, juror=juror)
    factories.grade(second, 4, send=False)
    sent = assessments.finalise_all(by=juror.user, juror=juror)

    assert list(refused.value.errors) == [second.sketch.reference]
    assert sent == 2
    assert {one.state for one in factories.own_assessments(juror)} == {AssessmentState.FINAL}


def test_somebody_elses_assessment_looks_like_not_there(assessment):
    other = assessment.juror.call.jurors.exclude(pk=assessment.juror_id).first()

    with pytest.raises(NotAllowed):
        save(assessment, by=other.user)
    with pytest.raises(NotAllowed):
        save(assessment, by=factories.staff(assessment.sketch.call))
    with pytest.raises(NotAllowed):
        save(assessment, by=base.make_user(is_superuser=True))


def test_grades_are_refused_outside_the_assessment(assessment):
    base.set_instants(assessment.sketch.call, assessment_completed_at=base.timezone.now())

    with pytest.raises(OutsidePeriod):
        save(assessment, scores={"need": ScoreInput(value=6)})


def test_no_grade_without_a_declaration():
    call = factories.make_jury(sketches=1, jurors=3, declared=False)
    run = factories.compute_assignment(call)
    factories.assignment.publish_assignment(by=factories.staff(call), run=run)
    assessment = factories.own_assessments(call.jurors.first())[0]

    with pytest.raises(NotAllowed):
        save(assessment, scores={"need": ScoreInput(value=6)})
