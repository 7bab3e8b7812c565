"""Who is reminded of what before a deadline: once, of the last step, and never once they are done."""

import datetime as dt

import pytest
from django.utils import timezone

from competition import tasks
from competition.models import AccessException, Sketch
from competition.reminding import days_before
from competition.services import sketches
from competition.services.enquiries import ask
from competition.services.meetings import cancel_meeting, update_meeting
from competition.services.registrations import register, unregister
from competition.services.submission import submit_sketch
from home.demo.travel import at
from notifications.models import Letter
from tests import factories
from tests.competition.enquiries import make_meeting

pytestmark = pytest.mark.django_db
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def call():
    return factories.make_call()


@pytest.fixture
def sketch(call):
    return factories.make_sketch(call=call)


def before(sketch, days, deadline=None):
    """A minute after the reminder of that many days before is due."""
    due = days_before(deadline or sketch.call.deadline, days, sketch.call.zone)
    return at(due + dt.timedelta(minutes=1))


def run():
    return tasks.send_reminders()


def told(kind="draft_reminder"):
    return sorted(Letter.objects.filter(kind=kind).values_list("recipient", flat=True))


def everybody(sketch):
    return sorted([factories.writer_of(sketch).email, sketch.organisation.mailbox])


@pytest.mark.parametrize("days", [14, 3, 1])
def test_draft_is_reminded_of_at_each_step(sketch, days):
    with at(days_before(sketch.call.deadline, days, sketch.call.zone) - HOUR):
        run()
    earlier = Letter.objects.count()

    with before(sketch, days):
        assert run() == 2
        assert run() == 0

    assert Letter.objects.count() == earlier + 2
    assert told()[-1] in everybody(sketch)


def test_all_steps_are_three_letters_to_each(sketch):
    for days in (14, 3, 1):
        with before(sketch, days):
            run()

    assert told() == sorted(everybody(sketch) * 3)


def test_scheduler_that_was_away_sends_only_the_last(sketch):
    with before(sketch, 1):
        run()

    assert told() == everybody(sketch)


def test_letter_says_what_for_which_sketch_and_until_when(sketch):
    with before(sketch, 3):
        run()

    letter = Letter.objects.get(recipient=sketch.organisation.mailbox)
    assert letter.subject.startswith("Not submitted yet: “Safe nights at home”, deadline ")
    assert "(Norwegian time)" in letter.subject
    assert sketch.reference in letter.text


def test_nobody_is_reminded_of_what_is_submitted_or_withdrawn(call):
    done, back = (factories.make_submitted_sketch(call=call) for _n in range(2))
    sketches.withdraw_sketch(by=factories.writer_of(back), sketch=back, reason="No time.")

    for days in (14, 3, 1):
        with before(done, days):
            assert run() == 0


def test_change_after_submission_is_reminded_of_at_the_last_step_only(call):
    sketch = factories.make_submitted_sketch(call=call)
    sketches.save_answers(by=factories.writer_of(sketch), sketch=sketch, values={"need": "Something new"})

    for days in (14, 3):
        with before(sketch, days):
            assert run() == 0
    with before(sketch, 1):
        assert run() == 2

    letter = Letter.objects.filter(kind="draft_reminder").first()
    assert letter.subject.startswith("Changes not submitted: “Safe nights at home”")
    assert "Version 1 counts" in letter.text


@pytest.mark.parametrize("milestone", ["cancelled_at", "archived_at"])
def test_calls_that_are_over_remind_nobody(sketch, milestone):
    factories.set_instants(sketch.call, **{milestone: timezone.now()})

    with before(sketch, 1):
        assert run() == 0


def test_nobody_is_reminded_after_the_deadline(sketch):
    with at(sketch.call.deadline):
        assert run() == 0


def test_draft_begun_after_a_step_waits_for_the_next(call):
    factories.make_sketch(call=call)
    with at(call.deadline - 2 * DAY):
        late = factories.make_sketch(call=call)
        Sketch.objects.filter(pk=late.pk).update(created_at=timezone.now())
        run()
    assert late.organisation.mailbox not in told()

    with before(late, 1):
        run()

    assert late.organisation.mailbox in told()


def test_moved_deadline_is_reminded_of_anew(sketch):
    with before(sketch, 1):
        run()
    later = sketch.call.deadline + 5 * DAY
    factories.set_instants(sketch.call, deadline=later)

    with before(sketch, 1, later):
        assert run() == 2


def test_owners_own_days(call):
    call = factories.set_instants(call, draft_reminder_days=[7])
    sketch = factories.make_sketch(call=call)

    with before(sketch, 14):
        assert run() == 0
    with before(sketch, 7):
        assert run() == 2
    factories.set_instants(call, draft_reminder_days=[])
    with before(sketch, 1):
        assert run() == 0


def test_agency_with_a_later_deadline_is_reminded_of_its_own(sketch):
    call = sketch.call
    later = call.deadline + 40 * DAY
    AccessException.objects.create(
        call=call, organisation=sketch.organisation, closes_at=later, reason="Flood.", granted_at=timezone.now()
    )
    other = factories.make_sketch(call=call)

    with before(sketch, 1):
        run()
    assert told() == everybody(other)
    with before(sketch, 1, later):
        assert run() == 2

    assert told() == sorted(everybody(other) + everybody(sketch))


def test_readers_and_people_who_left_are_not_written_to(sketch):
    organisation = sketch.organisation
    organisation.memberships.create(user=(reader := factories.make_user()), role="reader")
    organisation.memberships.create(user=factories.make_user(is_active=False), role="editor")

    with before(sketch, 1):
        run()

    assert told() == everybody(sketch)
    assert reader.email not in told()


def test_queries_do_not_grow_with_what_has_been_written(call, django_assert_max_num_queries):
    for _n in range(5):
        factories.make_sketch(call=call)
    with at(call.deadline - HOUR):
        run()

        with django_assert_max_num_queries(14):
            assert run() == 0


# -- questions -------------------------------------------------------------------------------------------------------


def test_end_of_questions_is_told_once_to_those_with_drafts(call, sketch):
    factories.set_instants(call, questions_until=call.deadline - 7 * DAY)
    factories.make_submitted_sketch(call=call)
    due = days_before(call.questions_until, 3, call.zone)
    with at(due - HOUR):
        run()
    assert told("question_reminder") == []

    with at(due + HOUR):
        run()
        run()

    assert told("question_reminder") == everybody(sketch)
    with at(call.questions_until):
        ask_is_over = run()
    assert ask_is_over == 0


def test_one_address_with_two_drafts_hears_once(call):
    writer = factories.make_user()
    for _n in range(2):
        factories.make_sketch(call=call, by=writer)
    factories.set_instants(call, questions_until=call.deadline - 7 * DAY)

    with at(call.questions_until - DAY):
        run()

    assert told("question_reminder").count(writer.email) == 1


def test_call_without_a_last_day_for_questions_reminds_nobody(sketch):
    assert sketch.call.questions_until is None

    with before(sketch, 3):
        run()

    assert told("question_reminder") == []
    assert ask(by=factories.make_user(), call=sketch.call, text="Still?", language="en").pk


# -- meetings --------------------------------------------------------------------------------------------------------


def test_meeting_is_reminded_of_the_day_before_to_those_with_a_place(call):
    meeting = make_meeting(call, capacity=2)
    came, left, stays, waits = (register(by=factories.make_user(), meeting=meeting) for _n in range(4))
    unregister(by=left.user, meeting=meeting)

    with at(meeting.starts_at - 2 * DAY):
        assert run() == 0
    with at(meeting.starts_at - DAY + HOUR):
        assert run() == 2
        assert run() == 0

    assert told("meeting_reminder") == sorted([came.user.email, stays.user.email])
    assert waits.user.email not in told("meeting_reminder")


def test_whoever_registers_within_the_day_has_just_been_told(call):
    meeting = make_meeting(call)

    with at(meeting.starts_at - HOUR):
        register(by=factories.make_user(), meeting=meeting)
        assert run() == 0


def test_moved_meeting_is_reminded_of_anew_and_a_cancelled_one_not(call):
    owner, meeting = factories.owner_of(call.programme), make_meeting(call)
    register(by=factories.make_user(), meeting=meeting)
    with at(meeting.starts_at - HOUR):
        assert run() == 1
    moved = {"starts_at": meeting.starts_at + 3 * DAY, "ends_at": meeting.ends_at + 3 * DAY}
    meeting = update_meeting(by=owner, meeting=meeting, **moved)
    with at(meeting.starts_at - HOUR):
        assert run() == 1
    meeting = update_meeting(by=owner, meeting=meeting, **{name: moved[name] + DAY for name in moved})
    cancel_meeting(by=owner, meeting=meeting, reason="Ill.")

    with at(meeting.starts_at - HOUR):
        assert run() == 0


def test_submission_meanwhile_is_seen_under_the_lock(sketch):
    from competition.services.reminders import remind_of_draft

    stale = Sketch.objects.get(pk=sketch.pk)
    with before(sketch, 1):
        submit_sketch(by=factories.writer_of(sketch), sketch=sketch, idempotency_key=sketch.call.permanent_id)

        assert remind_of_draft(sketch=stale) == 0
