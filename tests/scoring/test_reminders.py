"""Jurors are reminded at the shares of their period, in numbers, and not once they have finished."""

import datetime as dt

import pytest
from django.utils import timezone

from home.demo.travel import at
from notifications.models import Letter
from scoring import tasks
from scoring.models import Assessment, Juror
from tests import factories as calls
from tests.scoring import factories

pytestmark = pytest.mark.django_db
PERIOD = dt.timedelta(days=20)


@pytest.fixture
def call():
    call = factories.make_assigned()
    return calls.set_instants(call, assessment_due_at=timezone.now() + PERIOD)


def after(call, share):
    return at(call.assessment_due_at - PERIOD * (100 - share) / 100 + dt.timedelta(minutes=1))


def told():
    return sorted(Letter.objects.filter(kind="juror_reminder").values_list("recipient", flat=True))


def emails(call):
    return sorted(Juror.objects.filter(call=call).values_list("user__email", flat=True))


def test_reminded_at_half_and_at_nine_tenths(call):
    with after(call, 40):
        assert tasks.send_reminders() == 0
    for share in (50, 90):
        with after(call, share):
            tasks.send_reminders()
            assert tasks.send_reminders() == 0

    assert told() == sorted(emails(call) * 2)


def test_scheduler_that_was_away_sends_only_the_last(call):
    with after(call, 95):
        tasks.send_reminders()

    assert told() == emails(call)


def test_whoever_has_finished_is_left_in_peace(call):
    done, half = Juror.objects.filter(call=call)[:2]
    for one in factories.own_assessments(done):
        factories.grade(one)
    factories.grade(factories.own_assessments(half)[0])

    with after(call, 50):
        tasks.send_reminders()

    assert told() == [email for email in emails(call) if email != done.user.email]
    number = len(factories.own_assessments(half))
    letter = Letter.objects.get(kind="juror_reminder", recipient=half.user.email)
    assert f"all but {number - 1} of your {number} assessments" in letter.text


def test_letter_names_no_sketch_and_no_applicant(call):
    with after(call, 50):
        tasks.send_reminders()

    whole = "".join(
        letter.subject + letter.text + letter.html for letter in Letter.objects.filter(kind="juror_reminder")
    )
    for sketch in call.sketches.select_related("organisation"):
        assert not [word for word in (sketch.title, sketch.reference, sketch.organisation.name) if word in whole]


@pytest.mark.parametrize("milestone", ["cancelled_at", "assessment_completed_at", "archived_at"])
def test_assessment_that_is_over_reminds_nobody(call, milestone):
    calls.set_instants(call, **{milestone: timezone.now()})

    with after(call, 90):
        assert tasks.send_reminders() == 0


def test_nobody_is_reminded_after_the_period(call):
    with at(call.assessment_due_at):
        assert tasks.send_reminders() == 0


def test_longer_period_is_reminded_of_anew(call):
    with after(call, 90):
        tasks.send_reminders()
    calls.set_instants(call, assessment_due_at=call.assessment_due_at + PERIOD)

    with at(call.assessment_due_at - dt.timedelta(hours=1)):
        tasks.send_reminders()

    assert told() == sorted(emails(call) * 2)


def test_juror_who_came_late_has_a_shorter_period(call):
    late = Juror.objects.filter(call=call).first()
    Assessment.objects.filter(juror=late).update(assigned_at=call.assessment_due_at - PERIOD / 4)

    with after(call, 80):
        tasks.send_reminders()

    assert told() == [email for email in emails(call) if email != late.user.email]


def test_voided_assessments_do_not_count(call):
    juror = Juror.objects.filter(call=call).first()
    Assessment.objects.filter(juror=juror).update(state="void")

    with after(call, 50):
        tasks.send_reminders()

    assert juror.user.email not in told()


def test_whoever_has_more_time_is_reminded_by_it(call):
    given, *others = Juror.objects.filter(call=call)
    Juror.objects.filter(pk=given.pk).update(extended_until=call.assessment_due_at + PERIOD)
    with after(call, 90):
        tasks.send_reminders()

    assert told() == sorted(one.user.email for one in others)

    with at(call.assessment_due_at + dt.timedelta(days=1)):
        assert tasks.send_reminders() == 1

    assert told().count(given.user.email) == 1
