"""Objections to jurors: who may, when, what it suspends, and what the finding leaves."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.enums import MemberRole
from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import CoApplicantState
from competition.models import CoApplicant
from competition.services.sketches import withdraw_sketch
from home.demo import travel
from notifications.models import Letter
from scoring.enums import AssessmentState, JurorRole, ObjectionState, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, ImpartialityReason, Objection
from scoring.selectors import objections as reads
from scoring.selectors import people
from scoring.services import decision, impartiality, objection_letters
from scoring.services.jury import remove_juror
from scoring.services.objections import object_to_juror, settle_objection, withdraw_objection
from scoring.services.publication import publish_jury
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    call = factories.make_assigned(sketches=2, jurors=3, jurors_per_sketch=2)
    publish_jury(by=factories.staff(call), call=call, is_published=True)
    return call


@pytest.fixture
def assessment(call):
    return Assessment.objects.standing().filter(sketch__call=call).select_related("juror__user", "sketch").first()


def reason(code="family"):
    return ImpartialityReason.objects.get(code=code)


def object_to(juror, sketch, *, code="family", by=None, statement=""):
    return object_to_juror(
        by=by or base.writer_of(sketch), sketch=sketch, juror=juror, reason=reason(code), statement=statement
    )


def declaration_of(juror, sketch):
    return ImpartialityDeclaration.objects.get(juror=juror, sketch=sketch)


def test_an_open_objection_suspends_the_pair_and_keeps_the_work(call, assessment):
    juror, sketch = assessment.juror, assessment.sketch

    objection = object_to(juror, sketch)

    standing = declaration_of(juror, sketch)
    assessment.refresh_from_db()
    assert (standing.verdict, standing.declared_by) == (Verdict.UNSETTLED, None)
    assert people.is_disqualified(juror.user, sketch)
    assert assessment.state == AssessmentState.ASSIGNED
    assert list(reads.open_objections(call)) == [objection]
    assert reads.cases_waiting(call) == 1


def test_upheld_it_is_a_disqualification_and_voids_the_work(call, assessment):
    juror, sketch, by = assessment.juror, assessment.sketch, factories.staff(call)
    objection = object_to(juror, sketch)

    settle_objection(by=by, objection=objection, upheld=True)

    standing = declaration_of(juror, sketch)
    assessment.refresh_from_db()
    assert (standing.verdict, standing.reason.code, standing.declared_by) == (Verdict.DISQUALIFIED, "family", by)
    assert assessment.state == AssessmentState.VOID
    assert reads.cases_waiting(call) == 0


@pytest.mark.parametrize("how", ["not upheld", "withdrawn"])
def test_otherwise_the_earlier_declaration_stands_again(call, assessment, how):
    juror, sketch = assessment.juror, assessment.sketch
    before = declaration_of(juror, sketch)
    objection = object_to(juror, sketch)

    if how == "withdrawn":
        withdraw_objection(by=base.writer_of(sketch), objection=objection)
    else:
        settle_objection(by=factories.staff(call), objection=objection, upheld=False)

    after = declaration_of(juror, sketch)
    assessment.refresh_from_db()
    assert (after.verdict, after.reason, after.declared_at, after.declared_by) == (
        Verdict.IMPARTIAL, None, before.declared_at, juror.user,
    )  # fmt: skip
    assert assessment.state == AssessmentState.ASSIGNED


def test_a_juror_who_has_not_declared_is_asked_again_afterwards(call, assessment):
    sketch = assessment.sketch
    juror = factories.make_juror(call)
    objection = object_to(juror, sketch)

    settle_objection(by=factories.staff(call), objection=objection, upheld=False)

    assert not ImpartialityDeclaration.objects.filter(juror=juror).exists()


def test_a_disqualification_outlives_an_objection_that_is_not_upheld(call, assessment):
    juror, sketch = assessment.juror, assessment.sketch
    objection = object_to(juror, sketch)
    impartiality.declare(
        by=juror.user, juror=juror, sketch=sketch, verdict=Verdict.DISQUALIFIED, reason=reason("family")
    )

    settle_objection(by=factories.staff(call), objection=objection, upheld=False)

    assert declaration_of(juror, sketch).verdict == Verdict.DISQUALIFIED


def test_a_case_of_the_jurors_own_is_settled_by_the_same_finding(call, assessment):
    juror, sketch, by = assessment.juror, assessment.sketch, factories.staff(call)
    impartiality.declare(
        by=juror.user, juror=juror, sketch=sketch, verdict=Verdict.DISQUALIFIED, reason=reason("other")
    )
    objection = object_to(juror, sketch)
    case = declaration_of(juror, sketch)

    with pytest.raises(Refused):
        impartiality.settle(by=by, declaration=case, verdict=Verdict.IMPARTIAL)
    settle_objection(by=by, objection=objection, upheld=False)

    after = declaration_of(juror, sketch)
    assert (after.verdict, after.declared_by, reads.cases_waiting(call)) == (Verdict.IMPARTIAL, by, 0)


def test_only_the_last_kind_of_reason_keeps_a_statement_and_only_until_the_finding(call, assessment):
    juror, sketch = assessment.juror, assessment.sketch
    with pytest.raises(InvalidInput) as refused:
        object_to(juror, sketch, code="other")
    objection = object_to(juror, sketch, code="other", statement=" We share a lawsuit. ")
    kept = objection.statement

    settled = settle_objection(by=factories.staff(call), objection=objection, upheld=True)

    assert list(refused.value.errors) == ["statement"]
    assert (kept, settled.statement, settled.reason.code) == ("We share a lawsuit.", "", "other")
    assert object_to(juror, call.sketches.exclude(pk=sketch.pk).get(), statement="A story").statement == ""


def test_one_is_open_at_a_time_and_a_finding_is_final(call, assessment):
    juror, sketch, by = assessment.juror, assessment.sketch, factories.staff(call)
    objection = object_to(juror, sketch)

    with pytest.raises(Refused):
        object_to(juror, sketch, code="employer")
    settle_objection(by=by, objection=objection, upheld=False)
    with pytest.raises(Refused):
        settle_objection(by=by, objection=objection, upheld=True)
    with pytest.raises(Refused):
        withdraw_objection(by=base.writer_of(sketch), objection=objection)
    with pytest.raises(Refused):
        object_to(juror, sketch)

    assert list(Objection.objects.values_list("state", flat=True)) == [ObjectionState.NOT_UPHELD]
    assert object_to(juror, sketch, code="employer").state == ObjectionState.OPEN


def test_the_last_day_counts_on_the_calls_clock(call, assessment):
    juror, sketch = assessment.juror, assessment.sketch
    today = timezone.now().astimezone(call.zone).date()
    publish_jury(by=factories.staff(call), call=call, is_published=True, objections_until=today)

    with travel.at(timezone.now() + dt.timedelta(days=1, hours=1)), pytest.raises(Refused):
        object_to(juror, sketch)

    assert object_to(juror, sketch).state == ObjectionState.OPEN


def test_none_is_taken_against_a_jury_that_is_not_published(call, assessment):
    publish_jury(by=factories.staff(call), call=call, is_published=False)

    with pytest.raises(Refused):
        object_to(assessment.juror, assessment.sketch)

    assert reads.published_jury(call) == []


def test_none_is_taken_before_the_deadline():
    sketch = base.make_submitted_sketch()
    juror = factories.make_juror(sketch.call)
    publish_jury(by=factories.staff(sketch.call), call=sketch.call, is_published=True)

    with pytest.raises(Refused):
        object_to(juror, sketch)


def test_who_may_object(call, assessment):
    juror, sketch = assessment.juror, assessment.sketch
    elsewhere = factories.make_juror(base.make_call())
    joined = base.make_user()
    CoApplicant.objects.create(
        sketch=sketch, organisation=base.make_organisation(member=joined), state=CoApplicantState.CONFIRMED,
        role="reader", invited_at=timezone.now(), expires_at=timezone.now(),
    )  # fmt: skip
    reader = base.add_colleague(sketch, role=MemberRole.READER)

    for by in (reader, base.make_user(), juror.user, factories.staff(call)):
        with pytest.raises(NotAllowed):
            object_to(juror, sketch, by=by)
    with pytest.raises(NotAllowed):
        object_to(elsewhere, sketch)

    assert object_to(juror, sketch, by=joined).made_by == joined


def test_nobody_settles_an_objection_to_themselves(call, assessment):
    chair = factories.make_juror(call, role=JurorRole.CHAIR)
    factories.declare_all(chair)
    other = call.sketches.exclude(pk=assessment.sketch_id).get()
    own, third = object_to(chair, assessment.sketch), object_to(assessment.juror, assessment.sketch)
    open_to_chair = object_to(assessment.juror, other)

    for objection in (own, third):  # of the third's sketch the chair has left the room
        with pytest.raises(NotAllowed):
            settle_objection(by=chair.user, objection=objection, upheld=False)

    assert reads.open_objections_for(chair.user, call) == [open_to_chair]
    assert settle_objection(by=chair.user, objection=open_to_chair, upheld=False).closed_by == chair.user


def test_the_assessment_is_not_completed_while_one_waits(call, assessment):
    for one in Assessment.objects.standing().filter(sketch__call=call):
        factories.grade(one)
    objection = object_to(assessment.juror, assessment.sketch)

    with pytest.raises(Refused):
        decision.complete_assessment(by=factories.staff(call), call=call)
    settle_objection(by=factories.staff(call), objection=objection, upheld=False)

    assert decision.complete_assessment(by=factories.staff(call), call=call)


def test_it_lapses_with_the_seat_and_with_the_sketch(call, assessment):
    other = call.sketches.exclude(pk=assessment.sketch_id).get()
    juror = factories.make_juror(call)
    objections = [object_to(assessment.juror, assessment.sketch), object_to(juror, other)]

    remove_juror(by=factories.staff(call), juror=assessment.juror)
    withdraw_sketch(by=base.writer_of(other), sketch=other, reason="We have no people.")

    for one in objections:
        one.refresh_from_db()
    assert [one.state for one in objections] == [ObjectionState.LAPSED] * 2
    assert reads.cases_waiting(call) == 0


@pytest.mark.parametrize(("upheld", "said"), [(True, "takes no part in judging it"), (False, "is not upheld")])
def test_the_agency_is_told_once_in_public_words(call, assessment, upheld, said):
    juror, sketch = assessment.juror, assessment.sketch
    juror.user.name = "Professor of law"
    juror.user.save()
    objection = settle_objection(
        by=factories.staff(call), objection=object_to(juror, sketch), upheld=upheld
    )  # fmt: skip

    written = objection_letters.write_answer(objection_id=objection.pk)

    letters = Letter.objects.filter(occasion__startswith=f"objection:{sketch.pk}:")
    assert objection_letters.write_answer(objection_id=objection.pk) == 0
    assert letters.count() >= max(written, 1)
    assert base.writer_of(sketch).email in [letter.recipient for letter in letters]
    assert not letters.filter(recipient=juror.user.email).exists()
    text = letters.filter(language="en").first() or letters.first()
    assert "Professor of law" in text.text
    assert text.language != "en" or said in text.text


def test_the_log_does_not_name_the_juror_who_was_objected_to(call, assessment):
    object_to(assessment.juror, assessment.sketch)

    entry = ModelLogEntry.objects.get(action="scoring.object_to_juror")

    assert entry.data == {"sketch": assessment.sketch.reference}
