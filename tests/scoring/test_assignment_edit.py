"""A draft changed by hand: each change with its reason, at once in figures and findings; and repaired."""

import pytest

from accounts.errors import InvalidInput, NotAllowed
from competition.enums import ProgrammeRole
from competition.services.sketches import withdraw_sketch
from scoring.enums import EditKind, Mark, Verdict
from scoring.errors import NotReady
from scoring.models import AssignmentEdit, AssignmentRun, ImpartialityReason
from scoring.selectors import assignment_input
from scoring.selectors.assignment_findings import findings
from scoring.services import assignment, impartiality, jury
from scoring.services.assignment_edit import edit_draft
from tests import factories as base
from tests.scoring import factories
from tests.workspace_client import queries_of, staff_client, url_of

pytestmark = pytest.mark.django_db


def edit(run, kind, sketch, juror, *, replaced=None, reason="They know the field."):
    return edit_draft(
        by=factories.staff(run.call), run=run, kind=kind, sketch=sketch.pk, juror=juror.pk, reason=reason,
        replaced=replaced and replaced.pk,
    )  # fmt: skip


def codes(run, *, hard=None):
    found = findings(run, assignment_input.load(run.call, fit=False), set(run.pairs.values_list("sketch", "juror")))
    return [each.code for each in found if hard is None or each.hard == hard]


def draft(*, sketches=1, jurors=4, **fields):
    """A computed draft, its first sketch, a juror on it, and one who is not."""
    call = factories.make_jury(sketches=sketches, jurors=jurors)
    run = factories.compute_assignment(call, **fields)
    sketch = call.sketches.order_by("pk").first()
    on_it = set(run.pairs.filter(sketch=sketch).values_list("juror", flat=True))
    seats = list(call.jurors.select_related("user", "call").order_by("pk"))
    return run, sketch, [s for s in seats if s.pk in on_it], [s for s in seats if s.pk not in on_it]


def declare_conflict(juror, sketch):
    impartiality.declare(
        by=juror.user, juror=juror, sketch=sketch, verdict=Verdict.DISQUALIFIED,
        reason=ImpartialityReason.objects.get(code="family"),
    )  # fmt: skip


def test_a_swap_is_recorded_marked_and_measured():
    run, sketch, on_it, others = draft()

    change = edit(run, EditKind.SWAP, sketch, others[0], replaced=on_it[0], reason="  Nearer  to the need. ")

    run.refresh_from_db()
    pair = run.pairs.get(sketch=sketch, juror=others[0])
    assert (pair.by_hand, change.reason, change.replaced) == (True, "Nearer to the need.", on_it[0])
    assert not run.pairs.filter(juror=on_it[0]).exists()
    assert run.metrics["by_hand"] is True
    assert run.metrics["computed"]["total"] == pytest.approx(3)
    assert run.metrics["loads"][str(others[0].pk)] == 1
    assert run.pairs.filter(by_hand=False).count() == 2


def test_removing_leaves_a_place_that_names_who_has_room():
    run, sketch, on_it, _others = draft()

    edit(run, EditKind.REMOVE, sketch, on_it[0])

    run.refresh_from_db()
    (unfilled,) = run.metrics["unfilled"]
    assert (unfilled["reason"], unfilled["places"]) == ("open", 1)
    assert run.metrics["total"] == pytest.approx(2)
    assert run.metrics["computed"]["total"] == pytest.approx(3)
    assert "unfilled" in codes(run, hard=False)


@pytest.mark.parametrize("kind", [EditKind.ADD, EditKind.REMOVE, EditKind.SWAP, EditKind.FORBID])
def test_a_change_of_pairs_needs_a_reason(kind):
    run, sketch, on_it, _others = draft()

    with pytest.raises(InvalidInput) as refused:
        edit(run, kind, sketch, on_it[0], reason=" \x00 ")

    assert list(refused.value.errors) == ["reason"]
    assert not AssignmentEdit.objects.exists()


def test_a_conflict_is_never_added():
    run, sketch, _on_it, others = draft()
    declare_conflict(others[0], sketch)

    with pytest.raises(InvalidInput, match="conflict of interest"):
        edit(run, EditKind.ADD, sketch, others[0])

    assert run.pairs.count() == 3


def test_what_is_locked_stays_and_what_is_forbidden_does_not_come():
    run, sketch, on_it, others = draft()
    edit(run, EditKind.LOCK, sketch, on_it[0], reason="")
    edit(run, EditKind.FORBID, sketch, others[0])

    with pytest.raises(InvalidInput, match="locked"):
        edit(run, EditKind.REMOVE, sketch, on_it[0])
    with pytest.raises(InvalidInput, match="forbidden"):
        edit(run, EditKind.ADD, sketch, others[0])
    edit(run, EditKind.UNLOCK, sketch, on_it[0], reason="")
    edit(run, EditKind.ALLOW, sketch, others[0], reason="")
    edit(run, EditKind.SWAP, sketch, others[0], replaced=on_it[0])

    assert not run.marks.exists()
    assert [each.kind for each in run.edits.all()] == ["lock", "forbid", "unlock", "allow", "swap"]


def test_forbidding_a_juror_who_is_on_the_sketch_takes_them_off():
    run, sketch, on_it, _others = draft()

    edit(run, EditKind.FORBID, sketch, on_it[0])

    assert not run.pairs.filter(juror=on_it[0]).exists()
    assert run.marks.get().mark == Mark.FORBIDDEN


def test_a_load_that_is_broken_is_told_and_keeps_the_draft_from_being_published():
    run, _sketch, _on_it, _others = draft(sketches=2, jurors=4, jurors_per_sketch=2)
    busy = run.pairs.first().juror
    type(busy).objects.filter(pk=busy.pk).update(load_max=1)
    free = [s for s in run.call.sketches.all() if not run.pairs.filter(sketch=s, juror=busy).exists()]
    if not free:
        pytest.skip("the juror is on both sketches")

    edit(run, EditKind.ADD, free[0], busy)

    assert "load_most" in codes(run, hard=True)
    assert "too_many" in codes(run, hard=False)
    with pytest.raises(NotReady, match="takes 1 at most"):
        assignment.publish_assignment(by=factories.staff(run.call), run=run, reason="x")


def test_two_of_one_employer_are_told_and_not_published():
    call = base.make_call_under_assessment(sketches_count=1)
    employer = base.make_organisation()
    seats = [factories.make_juror(call, organisation=of) for of in (employer, employer, None, None)]
    run = factories.compute_assignment(call)
    (left_out,) = [seat for seat in seats if not run.pairs.filter(juror=seat).exists()]
    stranger = next(seat for seat in seats if seat.organisation_id is None)

    edit(run, EditKind.SWAP, call.sketches.get(), left_out, replaced=stranger)

    assert codes(run, hard=True) == ["group_most"]


def test_what_is_begun_stays():
    call = factories.make_assigned(sketches=1, jurors=4)
    begun = call.jurors.filter(assessments__isnull=False).first()
    factories.grade(factories.own_assessments(begun)[0], 5, send=False)
    run = factories.compute_assignment(call)

    with pytest.raises(InvalidInput, match="has begun"):
        edit(run, EditKind.REMOVE, call.sketches.get(), begun)


def test_only_a_finished_draft_is_changed_and_only_by_the_secretariat():
    run, sketch, on_it, _others = draft()
    observer = base.make_member(run.call.programme, ProgrammeRole.OBSERVER)

    with pytest.raises(NotAllowed):
        edit_draft(by=observer, run=run, kind="remove", sketch=sketch.pk, juror=on_it[0].pk, reason="x")
    assignment.publish_assignment(by=factories.staff(run.call), run=run)
    with pytest.raises(NotReady):
        edit(run, EditKind.REMOVE, sketch, on_it[0])


def test_a_sketch_that_the_person_has_left_the_room_for_is_not_there():
    run, sketch, on_it, _others = draft()
    secretary = on_it[0].user
    declare_conflict(on_it[0], sketch)
    client = staff_client(run.call.programme, ProgrammeRole.JURY_SECRETARY, user=secretary)

    page = client.get(url_of("scoring_workspace:assignment_edit", run.call, run.pk), {"sketch": sketch.pk})

    assert page.context["desk"].listed == []
    assert sketch.reference not in page.content.decode()
    with pytest.raises(InvalidInput):
        edit_draft(by=secretary, run=run, kind="remove", sketch=sketch.pk, juror=on_it[0].pk, reason="x")


def test_what_is_found_on_a_sketch_kept_from_the_reader_is_not_shown_and_still_counts():
    run, sketch, on_it, _others = draft()
    secretary = on_it[0].user
    declare_conflict(on_it[0], sketch)
    url = url_of("scoring_workspace:assignment_run", run.call, run.pk)
    kept_out = staff_client(run.call.programme, ProgrammeRole.JURY_SECRETARY, user=secretary).get(url)
    other = staff_client(run.call.programme, ProgrammeRole.JURY_SECRETARY).get(url)

    assert [each.code for each in other.context["findings"] if each.hard] == ["conflict"]
    assert [each.code for each in kept_out.context["findings"] if each.hard] == []
    assert (kept_out.context["broken"], other.context["broken"]) == (True, True)
    assert sketch.reference not in kept_out.content.decode()


def test_the_page_changes_a_pair_and_comes_back_to_the_sketch():
    run, sketch, on_it, others = draft()
    client = staff_client(run.call.programme)
    url = url_of("scoring_workspace:assignment_edit", run.call, run.pk)
    typed = {"sketch": sketch.pk, "reason": "Knows it better.", "do": f"swap-{on_it[0].pk}"}

    response = client.post(url, typed | {f"for-{on_it[0].pk}": others[0].pk}, follow=True)

    desk = response.context["desk"]
    assert response.redirect_chain == [(f"{url}?sketch={sketch.pk}", 302)]
    assert {each.juror for each in desk.on_it} == {each.pk for each in (*on_it[1:], *others)}
    assert [each.juror for each in desk.candidates] == [on_it[0].pk]
    assert b"Knows it better." in response.content
    assert b"1 change by hand" in client.get(url_of("scoring_workspace:assignment", run.call)).content


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"reason": "", "do": "remove-{on}"}, "reason"),
        ({"reason": "x" * 501, "do": "remove-{on}"}, "reason"),
        ({"reason": "x", "do": "explode-{on}"}, "do"),
        ({"reason": "x", "do": "add-999999999"}, "__all__"),
        ({"reason": "x", "do": "swap-{on}"}, "__all__"),
        ({"reason": "x", "do": "remove-{on}", "sketch": "1" * 30}, "sketch"),
        ({"reason": "x", "do": "remove-{on}", "sketch": "?"}, "sketch"),
    ],
)
def test_bad_input_is_told_and_what_was_typed_is_kept(typed, field):
    run, sketch, on_it, _others = draft()
    client = staff_client(run.call.programme)
    sent = {"sketch": str(sketch.pk)} | {key: text.format(on=on_it[0].pk) for key, text in typed.items()}

    response = client.post(url_of("scoring_workspace:assignment_edit", run.call, run.pk), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["reason"].value() == sent["reason"]
    assert run.pairs.count() == 3


def test_a_published_run_leads_back_from_the_page_of_changes():
    run, *_rest = draft()
    assignment.publish_assignment(by=factories.staff(run.call), run=run)
    client = staff_client(run.call.programme)

    response = client.get(url_of("scoring_workspace:assignment_edit", run.call, run.pk))

    assert response.headers["Location"] == url_of("scoring_workspace:assignment_run", run.call, run.pk)


def test_a_repair_changes_only_what_no_longer_holds_and_says_why():
    run, sketch, on_it, others = draft(sketches=2, jurors=4, load_least=0)
    declare_conflict(on_it[0], sketch)
    client = staff_client(run.call.programme)
    assert codes(run, hard=True) == ["conflict"]

    response = client.post(url_of("scoring_workspace:assignment_repair", run.call, run.pk))
    repaired = AssignmentRun.objects.latest("pk")
    assignment.execute_assignment(run_id=repaired.pk)

    assert response.headers["Location"] == url_of("scoring_workspace:assignment_run", run.call, repaired.pk)
    before, after = (set(each.pairs.values_list("sketch", "juror")) for each in (run, repaired))
    assert before - after == {(sketch.pk, on_it[0].pk)}
    assert after - before == {(sketch.pk, others[0].pk)}
    repaired.refresh_from_db()
    assert [(each["lost"], each["why"]) for each in repaired.metrics["repair"]] == [
        (True, "conflict"),
        (False, "place"),
    ]
    assert codes(repaired, hard=True) == []
    page = client.get(url_of("scoring_workspace:assignment_run", run.call, repaired.pk))
    assert [(each.reference, each.lost) for each in page.context["changes"]] == [
        (sketch.reference, True),
        (sketch.reference, False),
    ]


def test_a_sketch_withdrawn_and_a_juror_gone_since_are_repaired():
    run, sketch, on_it, _others = draft(sketches=2, jurors=4)
    withdraw_sketch(by=sketch.created_by, sketch=sketch, reason="No more need.")
    other = run.call.sketches.exclude(pk=sketch.pk).get()
    gone = run.pairs.filter(sketch=other).first().juror
    jury.remove_juror(by=factories.staff(run.call), juror=gone)
    assert set(codes(run, hard=True)) == {"withdrawn", "left"}

    repaired = factories.compute_assignment(run.call, base=run, repair=True)

    assert {sketch for sketch, _juror in repaired.pairs.values_list("sketch", "juror")} == {other.pk}
    assert {each["why"] for each in repaired.metrics["repair"]} == {"withdrawn", "left", "place"}
    assert on_it
    assert codes(repaired, hard=True) == []


def test_queries_do_not_grow_with_sketches_and_jurors():
    counted = []
    for sketches, jurors in ((1, 4), (4, 6)):
        run, sketch, on_it, _others = draft(sketches=sketches, jurors=jurors)
        for juror in on_it[: jurors - 3]:
            edit(run, EditKind.LOCK, sketch, juror, reason="")
        client = staff_client(run.call.programme)
        url = url_of("scoring_workspace:assignment_edit", run.call, run.pk)
        counted.append(queries_of(client, f"{url}?sketch={sketch.pk}"))

    assert counted == [20, 20]
