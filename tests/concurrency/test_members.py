"""Two administrators act on one organisation at the same instant."""

import pytest

from accounts import services
from accounts.enums import JoinOutcome, MemberRole
from accounts.errors import Refused
from accounts.models import JoinRequest, Membership
from tests.concurrency.test_submission import in_threads
from tests.factories import make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def two_administrators():
    first, second = make_user(), make_user()
    organisation = make_organisation(member=first)
    Membership.objects.create(user=second, organisation=organisation, role=MemberRole.ADMIN)
    return organisation, first, second


def test_of_two_answers_one_counts():
    organisation, first, second = two_administrators()
    request = services.request_to_join(by=make_user(), organisation=organisation)

    outcomes = in_threads(
        lambda: services.approve_request(by=first, request=request, role=MemberRole.EDITOR),
        lambda: services.refuse_request(by=second, request=request, reason="Who is this?"),
    )

    approved = JoinRequest.objects.get().outcome == JoinOutcome.APPROVED
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Membership.objects.filter(user=request.user).exists() == approved


def test_two_administrators_leaving_at_once_leave_one():
    organisation, first, second = two_administrators()

    outcomes = in_threads(
        lambda: services.leave_organisation(by=first, organisation=organisation),
        lambda: services.leave_organisation(by=second, organisation=organisation),
    )

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert organisation.memberships.filter(role=MemberRole.ADMIN).count() == 1


def test_a_double_click_asks_and_joins_once():
    organisation, _first, _second = two_administrators()
    person = make_user()

    requests = in_threads(*[lambda: services.request_to_join(by=person, organisation=organisation)] * 2)

    assert requests[0] == requests[1]
    assert JoinRequest.objects.count() == 1
