"""Two schedulers at the same time write each reminder once."""

import datetime as dt

import pytest
from django.utils import timezone

from competition import tasks
from notifications.models import Letter
from scoring import tasks as jury_tasks
from scoring.models import Assessment
from tests import factories
from tests.competition.enquiries import ago, make_meeting
from tests.concurrency.test_submission import in_threads
from tests.scoring import factories as scoring_factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_schedulers_remind_once():
    soon = timezone.now() + dt.timedelta(hours=20)
    call = factories.make_call()
    for _n in range(4):
        factories.make_sketch(call=call)
    call.sketches.update(created_at=ago(days=30))
    for sketch in call.sketches.all():
        sketch.organisation.memberships.update(created_at=ago(days=30))
    meeting = make_meeting(call, starts_at=soon)
    meeting.registrations.create(user=factories.make_user(), state="registered", queued_at=ago(days=5))
    factories.set_instants(call, opens_at=ago(days=40), deadline=soon, questions_until=soon - dt.timedelta(hours=1))

    outcomes = in_threads(*[tasks.send_reminders] * 3)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    found = sorted(Letter.objects.values_list("kind", "recipient"))
    assert len(found) == len(set(found)) == 2 * 4 + 2 * 4 + 1


def test_two_schedulers_remind_jurors_once():
    call = scoring_factories.make_assigned()
    due = timezone.now() + dt.timedelta(seconds=30)
    factories.set_instants(call, assessment_due_at=due, formal_check_completed_at=ago(days=5))
    Assessment.objects.update(assigned_at=ago(days=5))

    outcomes = in_threads(*[jury_tasks.send_reminders] * 3)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    found = list(Letter.objects.filter(kind="juror_reminder").values_list("recipient", flat=True))
    assert len(found) == len(set(found)) == call.jurors.count()
