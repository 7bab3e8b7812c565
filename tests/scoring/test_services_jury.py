"""Inviting jurors, their answers, and taking them off."""

import pytest

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.enums import ProgrammeRole
from competition.models import Topic
from notifications.models import Letter
from scoring.enums import AssessmentState, JurorState
from scoring.services import jury
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def call():
    return base.make_call()


def test_an_invitation_writes_one_letter_with_a_signed_link(call):
    juror = jury.invite_juror(by=factories.staff(call), call=call, email="Ada@Example.com", language="nb")

    letter = Letter.objects.get(recipient="ada@example.com")
    assert (juror.state, letter.kind, letter.language) == (JurorState.INVITED, "jury_invitation", "nb")
    assert f"/nb/jury/invitations/{jury.invitation_token(juror)}/" in letter.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"load_min": 5, "load_max": 2}, "load_max"),
        ({"load_min": -1}, "load_max"),
        ({"role": "king"}, "role"),
    ],
)
def test_bad_input_is_named_by_field(call, fields, field):
    with pytest.raises(InvalidInput) as refused:
        jury.invite_juror(**{"by": factories.staff(call), "call": call, "email": "ada@example.com"} | fields)

    assert list(refused.value.errors) == [field]


def test_knowledge_of_a_topic_is_between_nothing_and_all(call):
    topic = Topic.objects.first()

    with pytest.raises(InvalidInput):
        jury.invite_juror(by=factories.staff(call), call=call, email="ada@example.com", topics={topic: 1.2})


def test_the_same_person_sits_once(call):
    factories.make_juror(call, email="ada@example.com")

    with pytest.raises(InvalidInput) as refused:
        factories.make_juror(call, email="ADA@example.com")

    assert list(refused.value.errors) == ["email"]


def test_a_jury_has_one_chair(call):
    factories.make_juror(call, role="chair")

    with pytest.raises(InvalidInput) as refused:
        factories.make_juror(call, role="chair")

    assert list(refused.value.errors) == ["role"]


def test_a_decision_maker_is_no_juror(call):
    decider = base.make_member(call.programme, ProgrammeRole.DECISION_MAKER)

    with pytest.raises(InvalidInput):
        factories.make_juror(call, email=decider.email)


def test_who_declined_may_be_asked_again_by_a_new_link(call):
    juror = factories.make_juror(call, accept=False, email="ada@example.com")
    old = jury.invitation_token(juror)
    jury.answer_invitation(juror=juror, accept=False, reason="No time")

    again = factories.make_juror(call, accept=False, email="ada@example.com")

    assert (again.pk, again.state, again.decline_reason) == (juror.pk, JurorState.INVITED, "")
    assert jury.invitation_token(again) != old
    assert Letter.objects.filter(kind="jury_invitation").count() == 2


def test_answering_the_same_twice_changes_nothing_and_otherwise_is_refused(call):
    juror = factories.make_juror(call, accept=True)

    again = jury.answer_invitation(juror=juror, accept=True)
    with pytest.raises(Refused):
        jury.answer_invitation(juror=juror, accept=False)

    assert again.state == JurorState.ACCEPTED


def test_nobody_answers_for_somebody_else(call):
    juror = factories.make_juror(call, accept=False)

    with pytest.raises(NotAllowed):
        jury.answer_invitation(juror=juror, accept=True, by=base.make_user())


def test_taking_a_juror_off_voids_unfinished_work_and_keeps_what_is_final():
    call = factories.make_assigned(sketches=2, jurors=3)
    juror = call.jurors.first()
    factories.grade(factories.own_assessments(juror)[0], 4)

    removed = jury.remove_juror(by=factories.staff(call), juror=juror)

    assert removed.state == JurorState.REMOVED
    assert sorted(juror.assessments.values_list("state", flat=True)) == [AssessmentState.FINAL, AssessmentState.VOID]


@pytest.mark.parametrize("role", [ProgrammeRole.OBSERVER, ProgrammeRole.CASE_OFFICER, ProgrammeRole.DECISION_MAKER])
def test_only_the_secretariat_makes_the_jury(call, role):
    with pytest.raises(NotAllowed):
        jury.invite_juror(by=base.make_member(call.programme, role), call=call, email="ada@example.com")
