"""Findings condition by condition, what the machine points at, and dismissals that take two people."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.errors import InvalidInput, NotAllowed
from competition.enums import FormalCondition, FormalVerdict, ProgrammeRole, SketchState
from competition.errors import IllegalTransition, StaleEdit
from competition.models import DismissalProposal, FormalFinding, Sketch
from competition.selectors.formal_check import condition_rows, next_undecided, queue, queue_counts, queue_row
from competition.services import dismissals, formal_check
from competition.services.formal_findings import FindingInput, save_findings, take_check
from notifications.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    """A closed call with three submitted sketches."""
    call = factories.make_call()
    received = [factories.make_submitted_sketch(call=call, title=f"Sketch {number}") for number in range(3)]
    return factories.close(call), received


def officer(call):
    return factories.make_member(call.programme, ProgrammeRole.CASE_OFFICER)


def found(sketch):
    rows = FormalFinding.objects.filter(formal_check__sketch=sketch)
    return {row.condition: (row.verdict, row.note) for row in rows}


def test_findings_are_kept_with_who_found_them_and_in_which_version(closed):
    call, (one, *_rest) = closed
    by = officer(call)

    row = save_findings(
        by=by, sketch=one, findings={"eligible": FindingInput("met"), "length": FindingInput("unclear", "See annex")}
    )

    assert found(one) == {"eligible": ("met", ""), "length": ("unclear", "See annex")}
    assert (row.officer, row.revision) == (by, 1)
    assert set(row.findings.values_list("found_by", "version")) == {(by.pk, 1)}


def test_saving_the_same_again_changes_nothing(closed):
    call, (one, *_rest) = closed
    save_findings(by=officer(call), sketch=one, findings={"eligible": FindingInput("met")})

    row = save_findings(by=officer(call), sketch=one, findings={"eligible": FindingInput("met")})

    assert row.revision == 1


def test_a_finding_can_be_taken_back(closed):
    call, (one, *_rest) = closed
    save_findings(by=officer(call), sketch=one, findings={"eligible": FindingInput("met")})

    save_findings(by=officer(call), sketch=one, findings={"eligible": FindingInput("")})

    assert found(one) == {}


@pytest.mark.parametrize(
    ("finding", "field"),
    [
        (FindingInput("perhaps"), "verdict_length"),
        (FindingInput("", "A note alone"), "verdict_length"),
        (FindingInput("met", "x" * 2001), "note_length"),
    ],
)
def test_what_cannot_be_a_finding_is_told_at_its_field(closed, finding, field):
    call, (one, *_rest) = closed

    with pytest.raises(InvalidInput) as refused:
        save_findings(by=officer(call), sketch=one, findings={"length": finding})

    assert refused.value.errors.keys() == {field}
    assert found(one) == {}


def test_the_later_of_two_officers_is_told(closed):
    call, (one, *_rest) = closed
    save_findings(by=officer(call), sketch=one, findings={"length": FindingInput("not_met", "Too long")})

    with pytest.raises(StaleEdit) as refused:
        save_findings(by=officer(call), sketch=one, findings={"length": FindingInput("met")}, expected_revision=0)

    assert refused.value.theirs == {"verdict_length": "not_met", "note_length": "Too long"}
    assert found(one) == {"length": ("not_met", "Too long")}


def test_taking_over_names_the_officer(closed):
    call, (one, *_rest) = closed
    first, second = officer(call), officer(call)
    take_check(by=first, sketch=one)

    row = take_check(by=second, sketch=one)

    assert row.officer == second


@pytest.mark.parametrize("role", [ProgrammeRole.JURY_SECRETARY, ProgrammeRole.DECISION_MAKER, ProgrammeRole.OBSERVER])
def test_only_checkers_write_findings_and_propose(closed, role):
    call, (one, *_rest) = closed
    by = factories.make_member(call.programme, role)

    with pytest.raises(NotAllowed):
        save_findings(by=by, sketch=one, findings={"length": FindingInput("met")})
    with pytest.raises(NotAllowed):
        dismissals.propose_dismissal(by=by, sketch=one, reason="No")


def test_no_findings_before_the_deadline():
    sketch = factories.make_submitted_sketch()

    with pytest.raises(IllegalTransition):
        save_findings(by=officer(sketch.call), sketch=sketch, findings={"length": FindingInput("met")})


def hints(sketch):
    sketch = Sketch.objects.select_related("call", "organisation", "current_version").get(pk=sketch.pk)
    return {row.condition: row.hint.is_met if row.hint else "none" for row in condition_rows(sketch, "en")}


def test_the_machine_points_at_what_it_can_see(closed):
    _call, (one, *_rest) = closed

    assert hints(one) == {
        FormalCondition.ELIGIBLE: True,
        FormalCondition.PARTNERS: True,
        FormalCondition.ENDORSED: False,
        FormalCondition.ANSWERED: True,
        FormalCondition.LANGUAGE: None,
        FormalCondition.LENGTH: True,
    }


def test_the_machine_points_at_what_looks_wrong(closed):
    call, (one, *_rest) = closed
    type(call).objects.filter(pk=call.pk).update(
        eligible_kinds=[OrganisationKind.STATE_AGENCY], min_organisations=2, languages=["da"]
    )

    shown = hints(one)

    assert [shown[name] for name in ("eligible", "partners", "language")] == [False, False, False]


def test_an_unmet_condition_stands_in_the_way_of_admission(closed):
    call, (one, two, _three) = closed
    by = officer(call)
    save_findings(by=by, sketch=one, findings={"length": FindingInput(FormalVerdict.NOT_MET)})

    with pytest.raises(IllegalTransition, match=one.reference):
        formal_check.admit_sketches(by=by, call=call, sketches=[one, two])

    assert set(call.sketches.values_list("state", flat=True)) == {SketchState.SUBMITTED}
    save_findings(by=by, sketch=one, findings={"length": FindingInput(FormalVerdict.MET)})
    assert len(formal_check.admit_sketches(by=by, call=call, sketches=[one, two])) == 2


def test_a_dismissal_takes_two_people(closed):
    call, (one, *_rest) = closed
    first, second = officer(call), officer(call)

    proposal = dismissals.propose_dismissal(by=first, sketch=one, reason="Not a public body.")

    one.refresh_from_db()
    assert one.state == SketchState.SUBMITTED
    assert not Letter.objects.filter(kind="dismissal").exists()
    with pytest.raises(IllegalTransition, match="Somebody else"):
        dismissals.confirm_dismissal(by=first, proposal=proposal)

    dismissals.confirm_dismissal(by=second, proposal=proposal)
    dismissals.confirm_dismissal(by=second, proposal=proposal)

    one.refresh_from_db()
    assert (one.state, one.dismissal_reason) == (SketchState.DISMISSED, "Not a public body.")
    assert Letter.objects.filter(kind="dismissal", text__contains="Not a public body.").count() == 2


def test_the_database_refuses_one_pair_of_eyes(closed):
    call, (one, *_rest) = closed
    by = officer(call)
    proposal = dismissals.propose_dismissal(by=by, sketch=one, reason="No")

    with pytest.raises(IntegrityError), transaction.atomic():
        DismissalProposal.objects.filter(pk=proposal.pk).update(
            confirmed=True, settled_by=by, settled_at=timezone.now()
        )


def test_who_does_not_agree_says_why_and_the_sketch_stays(closed):
    call, (one, *_rest) = closed
    proposal = dismissals.propose_dismissal(by=officer(call), sketch=one, reason="No")
    second = officer(call)

    with pytest.raises(InvalidInput):
        dismissals.refuse_dismissal(by=second, proposal=proposal, why=" ")
    dismissals.refuse_dismissal(by=second, proposal=proposal, why="It is a municipal company.")

    with pytest.raises(IllegalTransition, match="settled"):
        dismissals.confirm_dismissal(by=officer(call), proposal=proposal)
    one.refresh_from_db()
    assert one.state == SketchState.SUBMITTED
    assert dismissals.propose_dismissal(by=officer(call), sketch=one, reason="Again") is not None


def test_a_proposal_is_taken_back_without_a_word(closed):
    call, (one, *_rest) = closed
    by = officer(call)
    proposal = dismissals.propose_dismissal(by=by, sketch=one, reason="No")

    dismissals.refuse_dismissal(by=by, proposal=proposal)

    assert queue_counts(call, officer(call)).second == 0


def test_one_proposal_at_a_time_and_no_admission_meanwhile(closed):
    call, (one, *_rest) = closed
    by = officer(call)
    dismissals.propose_dismissal(by=by, sketch=one, reason="No")

    with pytest.raises(IllegalTransition, match="already"):
        dismissals.propose_dismissal(by=officer(call), sketch=one, reason="No")
    with pytest.raises(IllegalTransition, match=one.reference):
        formal_check.admit_sketches(by=by, call=call, sketches=[one])
    with pytest.raises(IllegalTransition):
        formal_check.complete_formal_check(by=by, call=call)


def test_a_dismissal_of_an_older_version_is_not_confirmed(closed):
    call, (one, *_rest) = closed
    proposal = dismissals.propose_dismissal(by=officer(call), sketch=one, reason="No")
    DismissalProposal.objects.filter(pk=proposal.pk).update(version=0)

    with pytest.raises(IllegalTransition, match="newer version"):
        dismissals.confirm_dismissal(by=officer(call), proposal=proposal)


def test_the_queue_knows_whose_turn_it_is(closed):
    call, (one, two, three) = closed
    me, other = officer(call), officer(call)
    save_findings(by=me, sketch=one, findings={"length": FindingInput("not_met"), "language": FindingInput("unclear")})
    dismissals.propose_dismissal(by=other, sketch=two, reason="No")

    rows = [queue_row(values) for values in queue(call, me)]
    counts = queue_counts(call, me)

    assert [(row.reference, row.looked_at, row.not_met, row.unclear, row.waits) for row in rows] == [
        (one.reference, 2, 1, 1, False), (two.reference, 0, 0, 0, True), (three.reference, 0, 0, 0, False),
    ]  # fmt: skip
    assert (counts.undecided, counts.mine, counts.free, counts.second) == (3, 1, 2, 1)
    assert [row["reference"] for row in queue(call, me, chosen="mine")] == [one.reference]
    assert [row["reference"] for row in queue(call, me, chosen="second")] == [two.reference]
    assert [row["reference"] for row in queue(call, other, chosen="second")] == []
    assert [row["reference"] for row in queue(call, me, search="sketch 2")] == [three.reference]


def test_next_goes_round_and_leaves_out_what_waits_for_others(closed):
    call, sketches = closed
    one, two, three = (Sketch.objects.select_related("current_version").get(pk=row.pk) for row in sketches)
    me = officer(call)
    dismissals.propose_dismissal(by=me, sketch=two, reason="No")

    assert next_undecided(call, me, one) == three.reference
    assert next_undecided(call, me, three) == one.reference
    take_check(by=officer(call), sketch=one)
    assert next_undecided(call, me, three) == ""
