"""Assigning in the workspace: parameters, the run's page, publishing through a page that says what will happen."""

import pytest

from competition.enums import ProgrammeRole
from notifications.models import Letter
from scoring.models import Assessment, AssignmentRun
from scoring.services.assignment import seed_of
from tests import factories
from tests.scoring import factories as jury
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def test_starting_a_run_leads_to_its_page():
    call = jury.make_jury(sketches=2)
    client = staff_client(call.programme, ProgrammeRole.JURY_SECRETARY)

    response = client.post(url_of("scoring_workspace:assignment", call))

    run = AssignmentRun.objects.get(call=call)
    assert response.headers["Location"] == url_of("scoring_workspace:assignment_run", call, run.pk)
    assert (run.seed, run.parameters["jurors_per_sketch"]) == (seed_of(call), 3)


def test_without_jurors_the_form_says_what_is_missing():
    call = factories.make_call_under_assessment(sketches_count=1)
    client = staff_client(call.programme)

    response = client.post(url_of("scoring_workspace:assignment", call))

    assert "No juror has accepted" in response.context["form"].non_field_errors()[0]


def test_result_shows_coverage_loads_and_every_pair():
    call = jury.make_jury(sketches=3, jurors=3)
    run = jury.compute_assignment(call)
    client = staff_client(call.programme)

    overview = client.get(url_of("scoring_workspace:assignment_run", call, run.pk)).context["overview"]

    assert overview.covered == 3
    assert [load.load for load in overview.loads] == [3, 3, 3]
    assert len(overview.pairs) == 9
    assert overview.places == [3, 3, 3]
    assert overview.lowest.fit == 1.0


def test_result_says_which_place_is_empty_and_why():
    call = jury.make_jury(sketches=1, jurors=2)
    run = jury.compute_assignment(call)
    client = staff_client(call.programme)

    response = client.get(url_of("scoring_workspace:assignment_run", call, run.pk))

    finding = next(each for each in response.context["findings"] if each.code == "unfilled")
    assert (finding.hard, finding.asks_reason) == (False, True)
    assert [remedy.page for remedy in finding.remedies] == ["invite", "assignment_new"]
    assert b"1 empty place" in response.content


def test_publishing_goes_through_a_page_and_tells_each_juror_once():
    call = jury.make_jury(sketches=2, jurors=3)
    run = jury.compute_assignment(call)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_publish", call, run.pk)

    client.get(url)
    assert not Assessment.objects.exists()
    client.post(url)
    client.post(url)

    assert Assessment.objects.count() == 6
    assert Letter.objects.filter(kind="jury_assignment").count() == 3


def test_a_run_of_another_call_is_not_found_here():
    call, other = jury.make_jury(sketches=1), jury.make_jury(sketches=1)
    run = jury.compute_assignment(other)
    client = staff_client(call.programme)

    assert client.get(url_of("scoring_workspace:assignment_run", call, run.pk)).status_code == 404
    assert client.post(url_of("scoring_workspace:assignment_publish", call, run.pk)).status_code == 404


@pytest.mark.parametrize("name", ["jury", "assignment", "criteria"])
def test_pages_of_the_jury_are_the_secretariats(name):
    call = factories.make_call()
    url = url_of(f"scoring_workspace:{name}", call)

    opened = {role for role in ProgrammeRole.values if staff_client(call.programme, role).get(url).status_code == 200}

    managers = {"owner", "call_manager"}
    assert opened == (managers if name == "criteria" else {*managers, "jury_secretary"})
    assert staff_client(factories.make_programme()).get(url).status_code == 404


def test_queries_do_not_grow_with_the_matrix():
    pages = []
    for sketches, jurors in ((1, 3), (5, 6)):
        call = jury.make_jury(sketches=sketches, jurors=jurors)
        run = jury.compute_assignment(call)
        client = staff_client(call.programme)
        pages.append(queries_of(client, url_of("scoring_workspace:assignment_run", call, run.pk)))

    assert pages == [19, 19]


def test_after_the_assessment_nothing_can_be_computed_or_invited():
    call = jury.make_decided(sketches=2, jurors=3)
    client = staff_client(call.programme)

    offered = client.get(url_of("scoring_workspace:assignment", call)).context["may_compute"]
    invited = client.get(url_of("scoring_workspace:jury", call)).context["may_invite"]

    assert (offered, invited) == (False, False)
