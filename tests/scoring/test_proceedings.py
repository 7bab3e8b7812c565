"""Seats without grades: the secretary and the observers of a jury."""

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.errors import InvalidInput, NotAllowed
from competition.enums import ProgrammeRole
from competition.models import Sketch
from scoring.enums import JurorRole, Verdict
from scoring.models import AssignmentPair, Juror
from scoring.selectors.people import has_seat
from scoring.selectors.proceedings import proceedings
from scoring.services import decision
from scoring.services.impartiality import declare
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import staff_client, url_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("role", [JurorRole.SECRETARY, JurorRole.OBSERVER]),
]


def page(name, *args):
    with translation.override("en"):
        return reverse(f"scoring:{name}", args=args)


def recommend(call, run):
    decision.recommend(
        by=factories.staff(call), call=call, run=run, reasons="We agreed.", items=factories.outcomes(call)
    )
    call.refresh_from_db()


def test_a_seat_without_grades_is_given_no_sketch_and_declares_nothing(role, client):
    call = factories.make_jury(sketches=2, jurors=3)
    seat = factories.make_juror(call, role=role)

    run = factories.compute_assignment(call)
    client.force_login(seat.user)

    assert AssignmentPair.objects.filter(run=run).exists()
    assert not AssignmentPair.objects.filter(run=run, juror=seat).exists()
    assert {client.get(page(name, call.slug)).status_code for name in ("queue", "impartiality", "finish")} == {404}
    with pytest.raises(NotAllowed):
        declare(by=seat.user, juror=seat, sketch=Sketch.objects.first(), verdict=Verdict.IMPARTIAL)


def test_the_recommendation_is_read_only_when_the_jury_has_made_it(role, client):
    call = factories.make_assessed(sketches=2, jurors=3)
    seat = factories.make_juror(call, role=role)
    decision.complete_assessment(by=factories.staff(call), call=call)
    run = factories.compute_ranking(call)
    client.force_login(seat.user)

    before = client.get(page("proceedings", call.slug)).content.decode()
    recommend(call, run)
    after = client.get(page("proceedings", call.slug)).content.decode()

    assert "has not recommended yet" in before
    assert "Reasons for Sketch 1." not in before
    assert "Reasons for Sketch 1." in after
    assert "We agreed." in after
    assert page("proceedings", call.slug) in client.get(page("jury_home")).content.decode()


def test_nothing_is_read_of_a_sketch_of_ones_own_employer(role):
    call, run = factories.make_ranked(sketches=2, jurors=3)
    own, other = Sketch.objects.filter(call=call).order_by("pk")
    seat = factories.make_juror(call, role=role, organisation=own.organisation)
    recommend(call, run)

    found = proceedings(Juror.objects.select_related("call", "user").get(pk=seat.pk))

    assert [item.sketch for item in found.items] == [other]
    assert found.reasons == ""


def test_neither_jurors_nor_anybody_else_find_the_page(role, client):
    call = factories.make_jury(sketches=1, jurors=1)
    factories.make_juror(call, role=role)

    for user in (call.jurors.get(role="juror").user, base.make_user(), factories.staff(call)):
        client.force_login(user)
        assert client.get(page("proceedings", call.slug)).status_code == 404


def test_such_a_seat_is_not_in_the_way_of_running_the_process(role):
    call = factories.make_jury(sketches=1, jurors=1)
    secretary = base.make_member(call.programme, ProgrammeRole.JURY_SECRETARY)
    factories.make_juror(call, role=role, email=secretary.email)

    client = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY, user=secretary)

    assert not has_seat(secretary, call)
    assert client.get(url_of("scoring_workspace:ranking", call)).status_code == 200


def test_a_decision_maker_has_no_seat(role):
    call = base.make_call()
    decider = base.make_member(call.programme, ProgrammeRole.DECISION_MAKER)

    with pytest.raises(InvalidInput):
        factories.make_juror(call, role=role, email=decider.email)


def test_the_owner_sees_that_nothing_waits_for_such_a_seat(role):
    call = factories.make_jury(sketches=1, jurors=1)
    factories.make_juror(call, role=role)

    rows = staff_client(call.programme).get(url_of("scoring_workspace:jury", call)).context["rows"]

    assert [row.undeclared for row in rows if row.juror.role == role] == [0]
