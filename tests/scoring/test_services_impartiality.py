"""Automatic blocks, declarations, recusals, and what the chair settles."""

import pytest
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.models import CoApplicant, Sketch
from scoring.enums import AssessmentState, JurorRole, Verdict
from scoring.models import ImpartialityDeclaration, ImpartialityReason
from scoring.selectors import impartiality as reads
from scoring.services import impartiality
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return base.make_call_under_assessment(sketches_count=2)


@pytest.fixture
def sketch(call):
    return call.sketches.order_by("pk").first()


def reason(code: str) -> ImpartialityReason:
    return ImpartialityReason.objects.get(code=code)


def declare(juror, sketch, verdict=Verdict.IMPARTIAL, code=None):
    return impartiality.declare(
        by=juror.user, juror=juror, sketch=sketch, verdict=verdict, reason=reason(code) if code else None
    )


def test_reasons_are_rows_with_the_law_of_each_country():
    employer = reason("employer")

    assert (employer.blocks, reason("other").blocks) == (True, False)
    assert employer.text_nb == "Jeg er ansatt hos søkeren eller en partner"
    assert set(employer.references) == {"NO", "DK", "SE"}
    assert impartiality.ensure_impartiality_reasons() == 0


def test_the_employer_of_an_applicant_is_blocked(call, sketch):
    juror = factories.make_juror(call, organisation=sketch.organisation)

    declaration = ImpartialityDeclaration.objects.get(juror=juror)
    assert (declaration.sketch, declaration.verdict, declaration.reason.code, declaration.automatic) == (
        sketch,
        Verdict.DISQUALIFIED,
        "employer",
        True,
    )


@pytest.mark.parametrize("state", ["invited", "confirmed", "withdrawn"])
def test_the_employer_of_a_partner_is_blocked(call, sketch, state):
    partner = base.make_organisation()
    CoApplicant.objects.create(
        sketch=sketch,
        organisation=partner,
        state=state,
        invited_at=timezone.now(),
        expires_at=timezone.now(),
    )

    juror = factories.make_juror(call, organisation=partner)

    assert [d.sketch for d in juror.declarations.all()] == [sketch]


def test_a_member_of_the_applicant_is_blocked(call, sketch):
    juror = factories.make_juror(call, email=base.writer_of(sketch).email)

    assert [d.sketch for d in juror.declarations.all()] == [sketch]


def test_blocking_is_repeatable(call, sketch):
    factories.make_juror(call, organisation=sketch.organisation)

    assert impartiality.block_automatically(call=call) == 0


def test_a_new_tie_voids_what_was_begun(call, sketch):
    call = factories.make_assigned(sketches=1, jurors=3)
    juror = call.jurors.first()
    (assessment,) = factories.own_assessments(juror)
    factories.grade(assessment, 7)
    base.Membership.objects.create(user=juror.user, organisation=assessment.sketch.organisation)

    assert impartiality.block_automatically(call=call) == 1

    assessment.refresh_from_db()
    assert (assessment.state, assessment.scores.count()) == (AssessmentState.VOID, 5)


def test_a_declaration_is_kept_without_the_story(call, sketch):
    juror = factories.make_juror(call)

    declaration = declare(juror, sketch, Verdict.DISQUALIFIED, "family")

    assert (declaration.verdict, declaration.reason.code, declaration.automatic) == ("disqualified", "family", False)


def test_a_recusal_in_the_middle_voids_the_grades_and_keeps_them():
    call = factories.make_assigned(sketches=1, jurors=3)
    juror = call.jurors.first()
    (assessment,) = factories.own_assessments(juror)
    factories.grade(assessment, 7)

    declare(juror, assessment.sketch, Verdict.DISQUALIFIED, "family")

    assessment.refresh_from_db()
    assert (assessment.state, assessment.scores.count()) == (AssessmentState.VOID, 5)


def test_a_reason_that_needs_judgement_waits_for_the_chair(call, sketch):
    juror = factories.make_juror(call)

    assert declare(juror, sketch, Verdict.DISQUALIFIED, "other").verdict == Verdict.UNSETTLED


def test_a_disqualification_needs_a_reason_and_is_not_taken_back_by_the_juror(call, sketch):
    juror = factories.make_juror(call)

    with pytest.raises(InvalidInput):
        declare(juror, sketch, Verdict.DISQUALIFIED)
    declare(juror, sketch, Verdict.DISQUALIFIED, "family")
    with pytest.raises(InvalidInput) as refused:
        declare(juror, sketch, Verdict.IMPARTIAL)

    assert list(refused.value.errors) == [sketch.reference]


def test_an_automatic_block_is_not_lifted_by_the_juror(call, sketch):
    juror = factories.make_juror(call, organisation=sketch.organisation)

    with pytest.raises(InvalidInput):
        declare(juror, sketch, Verdict.IMPARTIAL)


def test_one_bad_answer_keeps_no_other_from_being_saved(call):
    juror = factories.make_juror(call)
    first, second = call.sketches.order_by("pk")
    entries = [
        impartiality.DeclarationInput(first, Verdict.IMPARTIAL),
        impartiality.DeclarationInput(second, Verdict.DISQUALIFIED, None),
    ]

    declared = impartiality.declare_many(by=juror.user, juror=juror, declarations=entries)

    assert list(declared.problems) == [second.reference]
    assert [one.sketch for one in juror.declarations.all()] == [first]


def test_declarations_are_closed_before_the_deadline_and_after_the_assessment(sketch, call):
    juror = factories.make_juror(call)
    open_call = base.make_call()
    early = factories.make_juror(open_call)

    with pytest.raises(Refused):
        declare(early, base.make_submitted_sketch(call=open_call))
    base.set_instants(call, assessment_completed_at=base.timezone.now())
    with pytest.raises(Refused):
        declare(juror, sketch)


def test_nobody_declares_for_a_sketch_of_another_call(call):
    juror = factories.make_juror(call)
    elsewhere = base.make_call_under_assessment(sketches_count=1).sketches.get()

    with pytest.raises(NotAllowed):
        declare(juror, elsewhere)


def test_the_chair_settles_but_not_an_own_case(call, sketch):
    juror, chair = factories.make_juror(call), factories.make_juror(call, role=JurorRole.CHAIR)
    case, own = declare(juror, sketch, "disqualified", "other"), declare(chair, sketch, "disqualified", "other")

    with pytest.raises(NotAllowed):
        impartiality.settle(by=chair.user, declaration=own, verdict=Verdict.IMPARTIAL)
    with pytest.raises(NotAllowed):  # the chair has left the room for this sketch
        impartiality.settle(by=chair.user, declaration=case, verdict=Verdict.IMPARTIAL)
    settled = impartiality.settle(by=factories.staff(call), declaration=case, verdict=Verdict.IMPARTIAL)

    assert (settled.verdict, settled.reason) == (Verdict.IMPARTIAL, None)


def test_a_case_is_settled_once(call, sketch):
    juror, chair = factories.make_juror(call), factories.make_juror(call, role=JurorRole.CHAIR)
    case = declare(juror, sketch, "disqualified", "subordinate")
    assert [one.pk for one in reads.unsettled_for(chair.user, call)] == [case.pk]

    impartiality.settle(by=chair.user, declaration=case, verdict=Verdict.DISQUALIFIED)
    with pytest.raises(Refused):
        impartiality.settle(by=chair.user, declaration=case, verdict=Verdict.IMPARTIAL)


def test_before_declaring_a_juror_sees_title_and_organisations_only(call):
    juror = factories.make_juror(call)

    rows = reads.declaration_rows(juror)

    assert {(row.title, *row.organisations) for row in rows} == {
        (sketch.title, sketch.organisation.name) for sketch in Sketch.objects.filter(call=call)
    }
