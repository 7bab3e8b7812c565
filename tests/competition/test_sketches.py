"""A sketch from its start to its outcome."""

import contextlib
import uuid

import pytest
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.errors import InvalidInput, NotAllowed
from competition.enums import Phase, SketchState, WithdrawUntil
from competition.errors import DeadlinePassed, IllegalTransition, NotEligible, NotOpen
from competition.models import Sketch
from competition.services import dismissals, formal_check, milestones, sketches
from competition.services.settling import Seen
from notifications.models import Letter
from tests import factories

pytestmark = pytest.mark.django_db


def save(sketch, by=None, **values):
    return sketches.save_answers(by=by or factories.writer_of(sketch), sketch=sketch, values=values)


def stored(sketch):
    return dict(sketch.answers.values_list("question__code", "value"))


@pytest.fixture
def writer():
    user = factories.make_user()
    factories.make_organisation(member=user)
    return user


def start(user, call, organisation=None):
    return sketches.start_sketch(by=user, call=call, organisation=organisation or user.organisations.get())


def test_start_twice_gives_the_same_empty_sketch(writer):
    call = factories.make_call()

    assert start(writer, call) == start(writer, call)


def test_start_after_writing_gives_another_sketch(writer):
    call = factories.make_call()
    first = start(writer, call)
    save(first, title="Written")

    assert start(writer, call) != first


def test_start_takes_the_readers_language_if_the_call_has_it(writer):
    sketch = start(writer, factories.make_call(languages=["nb"], default_language="nb"))

    assert sketch.language == "nb"


@pytest.mark.parametrize(
    ("phase", "error"),
    [
        (Phase.DRAFT, NotAllowed),
        (Phase.ANNOUNCED, NotOpen),
        (Phase.FORMAL_CHECK, DeadlinePassed),
        (Phase.COMPLETED, DeadlinePassed),
        (Phase.CANCELLED, NotOpen),
    ],
)
def test_start_only_in_an_open_call(writer, phase, error):
    call = factories.call_in_phase(phase)

    with pytest.raises(error):
        start(writer, call)


def test_start_only_for_ones_own_eligible_organisation(writer):
    call = factories.make_call()
    company = factories.make_organisation(member=writer, kind=OrganisationKind.COMPANY)
    read_only = factories.make_organisation(member=writer, role="reader")

    with pytest.raises(NotEligible):
        start(writer, call, company)
    for organisation in (read_only, factories.make_organisation()):
        with pytest.raises(NotAllowed):
            start(writer, call, organisation)


def test_save_keeps_what_can_be_kept_and_names_the_rest():
    sketch = factories.make_sketch(answers={})

    result = save(sketch, title="A title", budget="a lot", summary="x" * 700, nonsense="?")

    assert stored(sketch) == {"title": "A title", "summary": "x" * 700}
    assert result.errors.keys() == {"budget", "summary"}
    assert sketch.draft_revision == 1
    assert sketch.title == "A title"


def test_save_without_a_change_counts_nothing():
    sketch = factories.make_sketch()
    before = sketch.draft_revision

    save(sketch, **factories.ANSWERS)

    assert sketch.draft_revision == before


def test_emptied_answer_is_emptied():
    sketch = factories.make_sketch()

    save(sketch, need="  ", topics=[])

    assert stored(sketch)["need"] is None
    assert stored(sketch)["topics"] is None


def test_title_in_lists_stays_that_of_the_version_that_counts():
    sketch = factories.make_submitted_sketch(title="Submitted")

    save(sketch, title="Not submitted")

    sketch.refresh_from_db()
    assert sketch.title == "Submitted"
    assert sketch.changed_since_submission


def test_two_people_in_one_answer():
    sketch, colleague = factories.make_sketch(), factories.make_user()
    sketch.organisation.memberships.create(user=colleague, role="editor")
    writer, opened = factories.writer_of(sketch), Seen(revision=sketch.draft_revision)
    save(sketch, by=colleague, need="The colleague's text")

    both = sketches.save_answers(by=writer, sketch=sketch, values={"need": "Mine", "effect": "Mine"}, seen=opened)
    deliberate = sketches.save_answers(
        by=writer, sketch=sketch, values={"need": "Mine"}, seen=Seen(revision=both.sketch.draft_revision)
    )

    assert {code: answer.updated_by for code, answer in both.open.items()} == {"need": colleague}
    assert both.values == {"need": "The colleague's text", "effect": "Mine"}
    assert not deliberate.open
    assert stored(sketch) | {"need": "Mine", "effect": "Mine"} == stored(sketch)


def test_two_tabs_of_one_person_are_two_pages():
    sketch = factories.make_sketch()
    writer, one, other = factories.writer_of(sketch), uuid.uuid4(), uuid.uuid4()
    opened, second = (Seen(revision=sketch.draft_revision, page=page) for page in (one, other))

    def typing(text, seen):
        return sketches.save_answers(by=writer, sketch=sketch, values={"need": text}, seen=seen)

    first, typed_on, elsewhere = typing("First", opened), typing("First and more", opened), typing("Other", second)

    assert (first.open, typed_on.open, list(elsewhere.open)) == ({}, {}, ["need"])
    assert stored(sketch)["need"] == "First and more"


def test_changes_of_other_lines_are_joined_and_what_one_did_not_touch_is_taken():
    sketch, colleague = (
        factories.make_sketch(answers={"need": "one\ntwo\nthree", "title": "Old"}),
        factories.make_user(),
    )
    sketch.organisation.memberships.create(user=colleague, role="editor")
    values, page = stored(sketch), uuid.uuid4()
    seen = Seen(revision=sketch.draft_revision, values=values, page=page)
    save(sketch, by=colleague, need="ONE\ntwo\nthree", title="New")

    result = sketches.save_answers(
        by=factories.writer_of(sketch), sketch=sketch, values=values | {"need": "one\ntwo\nTHREE"}, seen=seen
    )

    assert stored(sketch) == {"need": "ONE\ntwo\nTHREE", "title": "New"} == result.values
    assert (list(result.joined), list(result.taken), result.open) == (["need"], ["title"], {})
    assert sketch.answers.get(question__code="need").page is None


def test_after_the_deadline_a_draft_is_still_kept_and_says_so():
    sketch = factories.make_sketch()
    factories.close(sketch.call)

    result = save(sketch, need="Typed in the last second")

    assert result.after_deadline
    assert stored(sketch)["need"] == "Typed in the last second"


def test_in_assessment_nothing_is_written_any_more():
    call = factories.make_call_under_assessment(sketches_count=1)
    sketch = call.sketches.get()

    with pytest.raises(NotOpen):
        save(sketch, need="x")


@pytest.mark.parametrize("role", ["reader", None])
def test_save_is_for_writing_members(role):
    sketch, person = factories.make_sketch(), factories.make_user()
    if role:
        sketch.organisation.memberships.create(user=person, role=role)

    with pytest.raises(NotAllowed):
        save(sketch, by=person, need="x")


def test_withdraw_and_say_why():
    sketch = factories.make_submitted_sketch()
    by = factories.writer_of(sketch)

    with pytest.raises(InvalidInput):
        sketches.withdraw_sketch(by=by, sketch=sketch, reason=" ")
    sketches.withdraw_sketch(by=by, sketch=sketch, reason="Not needed any more")

    sketch.refresh_from_db()
    assert (sketch.state, sketch.withdrawn_reason) == (SketchState.WITHDRAWN, "Not needed any more")
    assert Letter.objects.filter(kind="withdrawal").count() == 2


@pytest.mark.parametrize("state", [SketchState.AWARDED, SketchState.REJECTED])
def test_no_withdrawal_after_the_outcome_has_been_told(state):
    sketch = factories.make_submitted_sketch()
    Sketch.objects.filter(pk=sketch.pk).update(state=state)

    with pytest.raises(IllegalTransition):
        sketches.withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="x")


def test_no_withdrawal_from_a_cancelled_call():
    sketch = factories.make_submitted_sketch()
    factories.set_instants(sketch.call, cancelled_at=timezone.now())

    with pytest.raises(IllegalTransition):
        sketches.withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="x")


@pytest.mark.parametrize(("until", "may"), [(WithdrawUntil.DEADLINE, False), (WithdrawUntil.DECISION, True)])
def test_the_call_says_how_long_a_sketch_can_be_withdrawn(until, may):
    sketch = factories.make_submitted_sketch()
    factories.set_instants(sketch.call, withdraw_until=until)
    assert sketch.call.lets_withdraw_at(timezone.now())
    factories.close(sketch.call)

    with contextlib.suppress(IllegalTransition):
        sketches.withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="x")

    sketch.refresh_from_db()
    assert (sketch.state == SketchState.WITHDRAWN) == may == sketch.call.lets_withdraw_at(timezone.now())


def test_a_draft_cannot_be_withdrawn():
    sketch = factories.make_sketch()

    with pytest.raises(IllegalTransition):
        sketches.withdraw_sketch(by=factories.writer_of(sketch), sketch=sketch, reason="x")


def test_outcome_is_for_admitted_sketches_and_once():
    call = factories.make_call_under_assessment(sketches_count=1)
    sketch, by = call.sketches.get(), factories.owner_of(call.programme)

    sketches.record_outcome(sketch=sketch, state=SketchState.AWARDED, by=by)

    assert Sketch.objects.get().state == SketchState.AWARDED
    with pytest.raises(IllegalTransition):
        sketches.record_outcome(sketch=sketch, state=SketchState.REJECTED, by=by)


# --- The formal check ----------------------------------------------------------------------------------------------


@pytest.fixture
def closed():
    """A closed call with two submitted sketches, and its owner."""
    call = factories.make_call()
    received = [factories.make_submitted_sketch(call=call) for _n in range(2)]
    factories.close(call)
    return call, received, factories.owner_of(call.programme)


def test_formal_check_ends_when_every_sketch_is_settled(closed):
    call, (one, two), by = closed
    formal_check.admit_sketches(by=by, call=call, sketches=[one])

    with pytest.raises(IllegalTransition):
        formal_check.complete_formal_check(by=by, call=call)
    factories.dismiss(two, "Not a public body")
    formal_check.complete_formal_check(by=by, call=call)

    call.refresh_from_db()
    assert call.phase_at(timezone.now()) == Phase.ASSESSMENT
    assert list(call.sketches.competing()) == [one]
    assert all("Not a public body" in letter.text for letter in Letter.objects.filter(kind="dismissal"))
    assert Letter.objects.filter(kind="dismissal").count() == 2


def test_dismissed_by_mistake_is_admitted_and_may_be_dismissed_again(closed):
    call, (one, _two), by = closed
    factories.dismiss(one, "First")

    formal_check.admit_sketches(by=by, call=call, sketches=[one])
    factories.dismiss(one, "Second")

    one.refresh_from_db()
    assert (one.state, one.dismissal_reason) == (SketchState.DISMISSED, "Second")
    assert Letter.objects.filter(kind="dismissal").count() == 4


def test_dismissal_needs_a_reason(closed):
    _call, (one, _two), by = closed

    with pytest.raises(InvalidInput):
        dismissals.propose_dismissal(by=by, sketch=one, reason="  ")


def test_no_formal_check_before_the_deadline():
    sketch = factories.make_submitted_sketch()
    by = factories.owner_of(sketch.call.programme)

    with pytest.raises(IllegalTransition):
        formal_check.admit_sketches(by=by, call=sketch.call, sketches=[sketch])
    with pytest.raises(IllegalTransition):
        dismissals.propose_dismissal(by=by, sketch=sketch, reason="x")


def test_sketches_of_another_call_are_left_alone(closed):
    call, _received, by = closed
    foreign = factories.make_submitted_sketch()

    assert formal_check.admit_sketches(by=by, call=call, sketches=[foreign]) == []


def test_milestones_come_in_order_and_once(closed):
    call, _received, by = closed

    with pytest.raises(IllegalTransition):
        milestones.set_milestone(call=call, name="decided_at", by=by)
    milestones.set_milestone(call=call, name="formal_check_completed_at", by=by)
    with pytest.raises(IllegalTransition):
        milestones.set_milestone(call=call, name="formal_check_completed_at", by=by)
    with pytest.raises(ValueError, match="no milestone"):
        milestones.set_milestone(call=call, name="published_at", by=by)


def test_no_milestone_while_the_call_is_open():
    call = factories.make_call()

    with pytest.raises(IllegalTransition):
        milestones.set_milestone(call=call, name="formal_check_completed_at", by=None)
