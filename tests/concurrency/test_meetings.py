"""Twenty people and five places, all at once; double clicks; two owners publishing."""

import uuid

import pytest

from accounts.models import User
from competition.models import Call, Enquiry, InformationMeeting, MeetingRegistration
from competition.services import enquiries, enquiry_answers
from competition.services.meetings import update_meeting
from competition.services.registrations import register, unregister
from tests import factories
from tests.competition.enquiries import make_answered, make_meeting
from tests.concurrency.test_submission import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def coming(meeting, user):
    return lambda: register(by=User.objects.get(pk=user.pk), meeting=fresh(meeting))


def fresh(meeting):
    return InformationMeeting.objects.select_related("call").get(pk=meeting.pk)


def number(meeting, state):
    return MeetingRegistration.objects.filter(meeting=meeting, state=state).count()


def test_never_more_people_than_places():
    meeting = make_meeting(factories.make_call(), capacity=5)
    users = [factories.make_user() for _n in range(20)]

    outcomes = in_threads(*(coming(meeting, user) for user in users))

    assert all(isinstance(outcome, MeetingRegistration) for outcome in outcomes), outcomes
    assert (number(meeting, "registered"), number(meeting, "waiting")) == (5, 15)


def test_double_click_is_one_place():
    meeting, user = make_meeting(factories.make_call(), capacity=5), factories.make_user()

    first, second = in_threads(coming(meeting, user), coming(meeting, user))

    assert first == second
    assert MeetingRegistration.objects.count() == 1


def test_leaving_coming_and_more_places_at_once_leave_none_empty():
    call = factories.make_call()
    meeting, owner = make_meeting(call, capacity=3), factories.owner_of(call.programme)
    there = [register(by=factories.make_user(), meeting=meeting) for _n in range(6)]
    newcomers = [factories.make_user() for _n in range(4)]
    leaving = [lambda one=one: unregister(by=one.user, meeting=fresh(meeting)) for one in there[:2]]
    more = [lambda: update_meeting(by=owner, meeting=fresh(meeting), capacity=4)]

    outcomes = in_threads(*leaving, *more, *(coming(meeting, user) for user in newcomers))

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
    assert (number(meeting, "registered"), number(meeting, "waiting")) == (4, 4)


def test_two_owners_publish_once_and_number_once():
    call = factories.make_call()
    owner = factories.owner_of(call.programme)
    rows = [make_answered(call, question=f"Question {n}?") for n in range(4)]
    chosen = {row.pk: row.revision for row in rows}

    def publish():
        return enquiry_answers.publish_enquiries(by=owner, call=Call.objects.get(pk=call.pk), chosen=chosen)

    outcomes = in_threads(publish, publish)

    assert sorted(len(outcome) for outcome in outcomes) == [0, 4]
    assert sorted(Enquiry.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_double_click_sends_one_question():
    call, user, key = factories.make_call(), factories.make_user(), uuid.uuid4()

    def ask():
        return enquiries.ask(by=user, call=call, text="Who may apply?", language="en", idempotency_key=key)

    first, second = in_threads(ask, ask)

    assert first == second
    assert Enquiry.objects.count() == 1


def test_asking_answering_and_changing_a_meeting_wait_for_each_other_only_in_line():
    """All lock the call first: whoever locks in another order would hang here."""
    call = factories.make_call()
    owner, meeting, answered = factories.owner_of(call.programme), make_meeting(call), make_answered(call)
    jobs = []
    for n in range(4):
        jobs += [
            lambda n=n: enquiries.ask(by=factories.make_user(), call=call, text=f"Question {n}?", language="en"),
            lambda n=n: enquiry_answers.save_answer(
                by=owner, enquiry=Enquiry.objects.get(pk=answered.pk), texts={"answer_en": f"Answer {n}"}
            ),
            lambda n=n: update_meeting(by=owner, meeting=fresh(meeting), capacity=10 + n),
        ]

    outcomes = in_threads(*jobs)

    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)], outcomes
