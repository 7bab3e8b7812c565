"""A code with two uses lets in two organisations, however many press the button at once."""

import pytest

from accounts.errors import InvalidInput
from competition.enums import AccessMode
from competition.models import CodeRedemption
from competition.services.access import make_codes, redeem_code
from tests import factories
from tests.concurrency.test_submission import in_threads

pytestmark = pytest.mark.django_db(transaction=True)


def redeem_job(call, code, agency):
    writer, organisation = agency
    return lambda: redeem_code(by=writer, call=call, organisation=organisation, typed=code.code)


def agency():
    writer = factories.make_user()
    return writer, factories.make_organisation(member=writer)


def call_and_code(uses: int):
    call = factories.set_instants(factories.make_call(), access=AccessMode.CODE)
    return call, make_codes(by=factories.owner_of(call.programme), call=call, labels=[""], uses_at_most=uses)[0]


def test_two_uses_let_two_of_six_in():
    call, code = call_and_code(2)

    outcomes = in_threads(*(redeem_job(call, code, agency()) for _n in range(6)))

    assert sum(isinstance(outcome, CodeRedemption) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, InvalidInput) for outcome in outcomes) == 4
    assert code.redemptions.count() == 2


def test_double_click_is_once():
    call, code = call_and_code(1)
    one = agency()

    first, second = in_threads(redeem_job(call, code, one), redeem_job(call, code, one))

    assert first == second
    assert code.redemptions.count() == 1
