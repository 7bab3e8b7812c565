"""Who may do what; a veto stands above every role, also a superuser's."""

import pytest
import rules

from competition.enums import ProgrammeRole
from competition.selectors.sketches import sketches_visible_to
from scoring.services import decision
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db

OWNER, MANAGER, OFFICER = ProgrammeRole.OWNER, ProgrammeRole.CALL_MANAGER, ProgrammeRole.CASE_OFFICER
SECRETARY, DECIDER, OBSERVER = ProgrammeRole.JURY_SECRETARY, ProgrammeRole.DECISION_MAKER, ProgrammeRole.OBSERVER
TABLE = {
    "scoring.manage_jury": {OWNER, MANAGER, SECRETARY},
    "scoring.run_assignment": {OWNER, MANAGER, SECRETARY},
    "scoring.run_aggregation": {OWNER, MANAGER, SECRETARY},
    "scoring.view_ranking": {OWNER, MANAGER, SECRETARY, DECIDER, OBSERVER},
    "scoring.complete_assessment": {OWNER, MANAGER, SECRETARY},
    "scoring.recommend": {OWNER, MANAGER, SECRETARY},
    "scoring.decide": {DECIDER},
    "scoring.send_letters": {OWNER, MANAGER},
    "scoring.publish_result": {OWNER, MANAGER},
    "scoring.settle_impartiality": {OWNER, MANAGER, SECRETARY},
}
KEPT_FROM_JURORS = {
    "scoring.run_aggregation",
    "scoring.view_ranking",
    "scoring.complete_assessment",
    "scoring.recommend",
    "scoring.decide",
}


@pytest.mark.parametrize("permission", TABLE)
def test_roles(permission):
    call = base.make_call()
    people = {role: base.make_member(call.programme, role) for role in ProgrammeRole}

    allowed = {role for role, person in people.items() if rules.has_perm(permission, person, call)}

    assert allowed == TABLE[permission]
    assert not rules.has_perm(permission, base.make_user(is_superuser=True), call)
    assert not rules.has_perm(permission, base.owner_of(base.make_programme()), call)
    assert not rules.has_perm(permission, people[OWNER], None)


@pytest.mark.parametrize("permission", sorted(KEPT_FROM_JURORS - {"scoring.decide"}))
def test_a_juror_is_kept_out_whatever_the_role(permission):
    call = base.make_call()
    person = base.make_member(call.programme, OWNER)
    before = rules.has_perm(permission, person, call)

    factories.make_juror(call, email=person.email, accept=False)

    assert (before, rules.has_perm(permission, person, call)) == (True, False)


def test_a_chair_may_recommend_but_not_see_the_ranking():
    call = base.make_call()
    person = base.make_member(call.programme, SECRETARY)
    factories.make_juror(call, email=person.email, role="chair")

    assert rules.has_perm("scoring.recommend", person, call)
    assert not rules.has_perm("scoring.view_ranking", person, call)


def test_who_recommended_does_not_decide():
    call, run = factories.make_ranked(sketches=2, jurors=3)
    person = base.make_member(call.programme, SECRETARY)
    base.add_role(call.programme, person, DECIDER)
    assert rules.has_perm("scoring.decide", person, call)

    decision.recommend(by=person, call=call, run=run, reasons="So.", items=factories.outcomes(call))

    assert not rules.has_perm("scoring.decide", person, call)


def test_a_disqualified_juror_has_left_the_room_whatever_the_role():
    call = base.make_call_under_assessment(sketches_count=2)
    blocked, other = call.sketches.order_by("pk")
    person = base.make_member(call.programme, OWNER)
    assert rules.has_perm("competition.view_sketch", person, blocked)

    factories.make_juror(call, email=person.email, organisation=blocked.organisation)

    assert not rules.has_perm("competition.view_sketch", person, blocked)
    assert rules.has_perm("competition.view_sketch", person, other)
    assert list(sketches_visible_to(person)) == [other]


def test_own_assessments_only():
    call = factories.make_assigned(sketches=1, jurors=3)
    mine, theirs = call.jurors.order_by("pk")[:2]
    assessment = factories.own_assessments(mine)[0]

    assert rules.has_perm("scoring.assess", mine.user, assessment)
    assert not rules.has_perm("scoring.assess", theirs.user, assessment)
    assert rules.has_perm("scoring.act_as_juror", mine.user, mine)
    assert not rules.has_perm("scoring.act_as_juror", theirs.user, mine)
