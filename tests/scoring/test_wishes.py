"""What jurors would rather assess: when it is asked, about what, and what it counts."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.errors import InvalidInput, NotAllowed, Refused
from competition.models import Topic
from scoring.enums import Verdict
from scoring.models import ImpartialityReason, JurorWish
from scoring.selectors import wishes as reads
from scoring.services import impartiality
from scoring.services.wishes import ask_for_wishes, save_wishes
from tests import factories as base
from tests.scoring import factories

pytestmark = pytest.mark.django_db
TODAY = timezone.now().date()


@pytest.fixture
def call():
    call = base.make_call_under_assessment(sketches_count=2)
    ask_for_wishes(by=factories.staff(call), call=call, until=TODAY + dt.timedelta(days=2))
    return call


@pytest.fixture
def juror(call):
    juror = factories.make_juror(call)
    factories.declare_all(juror)
    return juror


def test_a_wish_about_a_sketch_counts_from_reluctant_to_eager(call, juror):
    first, second = call.sketches.order_by("pk")

    assert save_wishes(by=juror.user, juror=juror, sketches={first: "eager", second: "reluctant"}) == 2

    assert reads.wishes_of(call) == {(first.pk, juror.pk): 1.0, (second.pk, juror.pk): -1.0}
    assert [row.wish for row in reads.wish_rows(juror)].count("eager") == 1


def test_topics_give_the_mean_and_a_wish_about_the_sketch_goes_before(call, juror):
    sketch = call.sketches.order_by("pk").first()
    schools, health = Topic.objects.exclude(code="health").first(), Topic.objects.get(code="health")

    save_wishes(by=juror.user, juror=juror, topics={schools: "eager"})
    assert reads.wishes_of(call) == {}  # not a topic of any sketch

    save_wishes(by=juror.user, juror=juror, topics={health: "willing"}, sketches={sketch: "reluctant"})
    assert sorted(reads.wishes_of(call).values()) == [-1.0, 0.5]
    assert reads._mean({"health": 1.0}, ["health", "schools"]) == 0.5


def test_an_empty_wish_takes_an_earlier_one_back(call, juror):
    first = call.sketches.order_by("pk").first()
    save_wishes(by=juror.user, juror=juror, sketches={first: "willing"})

    assert save_wishes(by=juror.user, juror=juror, sketches={first: ""}) == 1
    assert save_wishes(by=juror.user, juror=juror, sketches={first: ""}) == 0
    assert reads.wishes_of(call) == {}


def test_wishes_are_for_cleared_sketches_only_and_end_with_a_recusal(call):
    juror = factories.make_juror(call)
    first = call.sketches.order_by("pk").first()
    with pytest.raises(NotAllowed):
        save_wishes(by=juror.user, juror=juror, sketches={first: "eager"})
    factories.declare_all(juror)
    save_wishes(by=juror.user, juror=juror, sketches={first: "eager"})

    impartiality.declare(
        by=juror.user,
        juror=juror,
        sketch=first,
        verdict=Verdict.DISQUALIFIED,
        reason=ImpartialityReason.objects.get(code="family"),
    )

    assert reads.wishes_of(call) == {}
    assert first.pk not in {row.sketch.pk for row in reads.wish_rows(juror)}


def test_wishes_are_asked_to_the_end_of_the_day_of_the_call(call, juror):
    period = reads.wish_period(call)
    end = dt.datetime.combine(period.until + dt.timedelta(days=1), dt.time(), tzinfo=call.zone)

    assert reads.asks_for_wishes(period, end - dt.timedelta(seconds=1))
    assert not reads.asks_for_wishes(period, end)


def test_a_call_that_does_not_ask_takes_no_wishes(call, juror):
    ask_for_wishes(by=factories.staff(call), call=call, until=None)

    with pytest.raises(Refused):
        save_wishes(by=juror.user, juror=juror, topics={Topic.objects.first(): "eager"})

    assert not JurorWish.objects.exists()


def test_a_day_that_has_passed_and_an_unknown_wish_are_refused(call, juror):
    with pytest.raises(InvalidInput):
        ask_for_wishes(by=factories.staff(call), call=call, until=TODAY - dt.timedelta(days=2))
    with pytest.raises(InvalidInput):
        save_wishes(by=juror.user, juror=juror, topics={Topic.objects.first(): "never"})
    with pytest.raises(NotAllowed):
        ask_for_wishes(by=juror.user, call=call, until=None)


def test_somebody_else_says_no_wishes_for_a_juror(call, juror):
    other = factories.make_juror(call)

    with pytest.raises(NotAllowed):
        save_wishes(by=other.user, juror=juror, topics={Topic.objects.first(): "eager"})


@pytest.mark.parametrize("count", [1, 3])
def test_reading_takes_three_queries_at_any_length(count):
    call = base.make_call_under_assessment(sketches_count=count)
    ask_for_wishes(by=factories.staff(call), call=call, until=TODAY + dt.timedelta(days=2))
    for _number in range(count):
        juror = factories.make_juror(call)
        factories.declare_all(juror)
        save_wishes(by=juror.user, juror=juror, sketches=dict.fromkeys(call.sketches.all(), "eager"))

    with CaptureQueriesContext(connection) as reading:
        found = reads.wishes_of(call)

    assert (len(found), len(reading)) == (count * count, 3)
