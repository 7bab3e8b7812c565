"""Several drafts side by side: asking something else, comparing, throwing away, and publishing the chosen one."""

import pytest

from accounts.errors import InvalidInput
from scoring.enums import Mark
from scoring.errors import NotReady
from scoring.models import Assessment, AssignmentRun, PairMark
from scoring.services import assignment, jury
from scoring.services.drafts import delete_draft
from tests.scoring import factories
from tests.scoring.test_assignment_settings import typed
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def test_a_draft_with_other_parameters_stands_beside_the_first():
    call = factories.make_jury(sketches=2, jurors=4)
    first = factories.compute_assignment(call)
    client = staff_client(call.programme)
    fields = typed(jurors_per_sketch="2", name="Two each", seed="7", weight_wishes="0")

    response = client.post(url_of("scoring_workspace:assignment_new", call) + f"?base={first.pk}", fields)

    second = AssignmentRun.objects.latest("pk")
    assert response.headers["Location"] == url_of("scoring_workspace:assignment_run", call, second.pk)
    assert (second.name, second.seed, second.base, second.is_repair) == ("Two each", 7, first, False)
    assert (second.parameters["jurors_per_sketch"], second.parameters["keep_assigned"]) == (2, False)
    assert second.parameters["weights"]["wishes"] == 0


def test_what_is_locked_and_forbidden_comes_along():
    call = factories.make_jury(sketches=1, jurors=4)
    first = factories.compute_assignment(call)
    sketch, jurors = call.sketches.get(), list(call.jurors.order_by("pk"))
    PairMark.objects.create(run=first, sketch=sketch, juror=jurors[0], mark=Mark.FORBIDDEN)
    PairMark.objects.create(run=first, sketch=sketch, juror=jurors[3], mark=Mark.LOCKED)

    second = factories.compute_assignment(call, base=first, jurors_per_sketch=1)

    assert list(second.pairs.values_list("juror", flat=True)) == [jurors[3].pk]
    assert second.marks.count() == 2


def test_a_bad_draft_is_told_at_the_field_and_keeps_what_was_typed():
    call = factories.make_jury(sketches=2, jurors=2)
    client = staff_client(call.programme)

    response = client.post(
        url_of("scoring_workspace:assignment_new", call), typed(name="Many", jurors_per_sketch="50", seed="x")
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["seed"]
    assert response.context["form"]["name"].value() == "Many"


def test_a_draft_of_another_call_is_no_base():
    call, other = factories.make_jury(sketches=1), factories.make_jury(sketches=1)
    foreign = factories.compute_assignment(other)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_new", call)

    assert [client.get(f"{url}?base={key}").status_code for key in (foreign.pk, "x", "9" * 30)] == [404, 404, 404]


def test_two_drafts_are_compared_by_figures_and_sketch_by_sketch():
    call = factories.make_jury(sketches=2, jurors=4)
    first, second = factories.compute_assignment(call), factories.compute_assignment(call, jurors_per_sketch=2)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_compare", call)

    context = client.get(url, {"draft": [second.pk, first.pk]}).context

    assert (context["first"].run, context["second"].run) == (first, second)
    rows = {str(one[0]): (one[1], other[1]) for one, other in context["rows"]}
    assert rows["Pairs"] == (6, 4)
    assert rows["Total fit"] == (pytest.approx(6), pytest.approx(4))
    assert context["asked"] == (["3 jurors per sketch"], ["2 jurors per sketch"])
    comparison = context["comparison"]
    assert comparison.shared + comparison.only_first == 6
    assert comparison.shared + comparison.only_second == 4
    assert len(comparison.differences) == 2


def test_comparing_anything_but_two_asks_to_choose():
    call, other = factories.make_jury(sketches=1), factories.make_jury(sketches=1)
    run, foreign = factories.compute_assignment(call), factories.compute_assignment(other)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_compare", call)

    assert b"Choose two drafts" in client.get(url, {"draft": [run.pk]}).content
    assert client.get(url, {"draft": [run.pk, foreign.pk]}).status_code == 404


def test_a_draft_is_deleted_and_a_published_assignment_is_not():
    call = factories.make_assigned(sketches=1, jurors=3)
    published = AssignmentRun.objects.get()
    draft = factories.compute_assignment(call)
    client = staff_client(call.programme)

    client.post(url_of("scoring_workspace:assignment_delete", call, draft.pk))

    assert list(AssignmentRun.objects.all()) == [published]
    with pytest.raises(NotReady, match="published"):
        delete_draft(by=factories.staff(call), run=published)
    assert Assessment.objects.count() == 3


def test_a_draft_that_is_being_computed_is_not_deleted():
    call = factories.make_jury(sketches=1, jurors=3)
    run = assignment.start_assignment(by=factories.staff(call), call=call)

    with pytest.raises(NotReady, match="being computed"):
        delete_draft(by=factories.staff(call), run=run)


def test_an_older_draft_may_be_published_while_it_holds():
    call = factories.make_jury(sketches=1, jurors=4)
    first, second = factories.compute_assignment(call, seed=1), factories.compute_assignment(call, seed=2)

    assignment.publish_assignment(by=factories.staff(call), run=first)

    assert Assessment.objects.count() == 3
    second.refresh_from_db()
    assert second.published_at is None


def test_a_draft_that_would_take_back_what_was_handed_out_is_not_published():
    call = factories.make_jury(sketches=1, jurors=6)
    sketch, first = call.sketches.get(), factories.compute_assignment(call)
    for juror in first.pairs.values_list("juror", flat=True):
        PairMark.objects.create(run=first, sketch=sketch, juror_id=juror, mark=Mark.FORBIDDEN)
    second = factories.compute_assignment(call, base=first)
    first.marks.all().delete()
    assignment.publish_assignment(by=factories.staff(call), run=second)

    with pytest.raises(NotReady, match="leaves it out"):
        assignment.publish_assignment(by=factories.staff(call), run=first)

    assert Assessment.objects.standing().count() == 3


def test_what_leaves_something_to_be_desired_is_published_with_a_reason():
    call = factories.make_jury(sketches=1, jurors=2)
    run = factories.compute_assignment(call)
    client = staff_client(call.programme)
    url = url_of("scoring_workspace:assignment_publish", call, run.pk)

    refused = client.post(url)
    client.post(url, {"reason": "The third juror fell ill."})

    assert "reason" in refused.context["form"].errors
    run.refresh_from_db()
    assert run.publish_reason == "The third juror fell ill."
    assert Assessment.objects.count() == 2
    with pytest.raises(InvalidInput):
        assignment.publish_assignment(by=factories.staff(call), run=factories.compute_assignment(call))


def test_a_draft_says_which_juror_has_left():
    call = factories.make_jury(sketches=1, jurors=4)
    run = factories.compute_assignment(call)
    jury.remove_juror(by=factories.staff(call), juror=run.pairs.first().juror)
    client = staff_client(call.programme)

    page = client.get(url_of("scoring_workspace:assignment_run", call, run.pk))

    assert [finding.code for finding in page.context["findings"] if finding.hard] == ["left"]
    assert b"Publish and tell" not in page.content


def test_the_list_and_the_comparison_have_the_same_queries_at_two_sizes():
    counted = []
    for sketches, jurors, drafts in ((1, 3, 2), (4, 5, 4)):
        call = factories.make_jury(sketches=sketches, jurors=jurors)
        runs = [factories.compute_assignment(call, seed=number) for number in range(drafts)]
        client = staff_client(call.programme)
        compare = url_of("scoring_workspace:assignment_compare", call)
        counted.append(
            (
                queries_of(client, url_of("scoring_workspace:assignment", call)),
                queries_of(client, f"{compare}?draft={runs[0].pk}&draft={runs[1].pk}"),
            )
        )

    assert counted == [(15, 12), (15, 12)]
