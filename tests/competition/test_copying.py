"""A new call as a copy of an older one, and the dates it begins with."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.errors import InvalidInput, NotAllowed
from competition.dates import AFTERWARDS, at_clock, default_dates, shifted_dates, working_day
from competition.days_off import COUNTRIES, day_off
from competition.models import Call, QuestionOption, Topic
from competition.services.calls import create_call
from scoring.models import GradeLevel
from tests import factories
from tests.workspace_client import staff_client

CREATE = "/admin/calls/new/"
OSLO = ZoneInfo("Europe/Oslo")
ZONES = st.sampled_from(sorted(COUNTRIES)).map(ZoneInfo)
DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2045, 12, 31))
HOURS = st.times().map(lambda hour: hour.replace(minute=0, second=0, microsecond=0))


@settings(deadline=None, max_examples=60)
@given(day=DAYS, hour=HOURS, zone=ZONES)
def test_default_dates_are_working_days_in_order_at_one_instant(day, hour, zone):
    deadline = at_clock(working_day(day, zone), hour, zone)

    dates = default_dates(deadline - dt.timedelta(days=42), deadline, zone, question_days=7)

    local = {name: at.astimezone(zone) for name, at in dates.items()}
    assert list(dates) == ["questions_until", *AFTERWARDS]
    assert not [name for name, at in local.items() if day_off(at.date(), zone)]
    assert all(at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset() for at in local.values())
    assert dates["questions_until"] < deadline < dates["assessment_due_at"] < dates["pitch_at"] < dates["result_at"]


@settings(deadline=None, max_examples=60)
@given(day=DAYS, hour=HOURS, zone=ZONES, minutes=st.integers(1, 60 * 24 * 20))
def test_questions_end_while_the_call_is_open_however_short_it_is(day, hour, zone, minutes):
    deadline = at_clock(working_day(day, zone), hour, zone)
    opens = deadline - dt.timedelta(minutes=minutes)

    dates = default_dates(opens, deadline, zone, question_days=7)

    assert opens < dates["questions_until"] <= deadline


@settings(deadline=None, max_examples=60)
@given(day=DAYS, later=st.integers(30, 800), zone=ZONES)
def test_shifted_dates_keep_their_hour_and_stand_on_working_days(day, later, zone):
    old = at_clock(working_day(day, zone), dt.time(13), zone)
    new = at_clock(working_day(day + dt.timedelta(days=later), zone), dt.time(12), zone)
    source = {"questions_until": old - dt.timedelta(days=7), "pitch_at": old + dt.timedelta(days=30), "result_at": None}

    dates = shifted_dates(source, old, new, zone, zone)

    assert list(dates) == ["questions_until", "pitch_at"]
    for name, at in dates.items():
        local = at.astimezone(zone)
        assert local.time() == source[name].astimezone(zone).time()
        assert not day_off(local.date(), zone)
    assert dates["questions_until"] < new < dates["pitch_at"]


def test_an_hour_that_summer_time_skips_or_doubles_is_not_taken():
    assert at_clock(dt.date(2027, 3, 28), dt.time(2, 30), OSLO).astimezone(OSLO).time() == dt.time(3, 30)
    assert at_clock(dt.date(2027, 10, 31), dt.time(2, 30), OSLO).astimezone(OSLO).time() == dt.time(3, 30)


@pytest.fixture
def source(db):
    """An older call that differs from every template."""
    call = factories.make_call(budget=1000, who_may_apply_en="Those who dare.", text_lock_days=14)
    call.topics.add(Topic.objects.first())
    question = call.questions.create(
        order=900, code="which", kind="choice", label_en="Which?", label_nb="Hvilken?", required=False
    )
    QuestionOption.objects.create(question=question, order=1, code="one", label_en="One", label_nb="En")
    call.criteria.filter(code="need").update(weight=77, name_en="Want")
    call.criteria.filter(code="spread").delete()
    GradeLevel.objects.filter(scale__call=call, value=1).update(label_en="Awful")
    factories.make_submitted_sketch(call=call)
    return call


def typed(call, **fields):
    return {
        "source": call.pk,
        "settings_of": call.pk,
        "programme": call.programme_id,
        "title": "The next one",
        "slug": "",
        "languages": ["en", "nb"],
        "default_language": "en",
        "eligible_kinds": ["municipality"],
        "template": "default",
        "timezone": "Europe/Oslo",
        "opens_at": "2031-06-02T09:00",
        "deadline": "2031-08-21T13:00",
        "jurors_per_sketch": "3",
    } | fields


def form_of(call):
    options = QuestionOption.objects.filter(question__call=call)
    return (
        list(call.questions.values_list("code", "kind", "label_en", "label_nb", "required", "section__code")),
        list(call.sections.values_list("code", "title_nb")),
        list(options.values_list("question__code", "code", "label_nb")),
    )


def test_a_copy_has_everything_of_the_call_and_nothing_of_its_life(source):
    client = staff_client(source.programme)

    response = client.post(CREATE, typed(source))

    copy = Call.objects.get(slug="the-next-one")
    assert response.status_code == 302
    assert form_of(copy) == form_of(source)
    assert list(copy.criteria.values_list("code", "weight", "name_en")) == list(
        source.criteria.values_list("code", "weight", "name_en")
    )
    assert copy.grade_scales.get().levels.get(value=1).label_en == "Awful"
    assert (copy.budget, copy.who_may_apply_en, copy.text_lock_days) == (1000, "Those who dare.", 14)
    assert list(copy.topics.all()) == list(source.topics.all())
    assert (copy.copied_from, copy.published_at, copy.sketches.count()) == (source, None, 0)
    assert (copy.title_en, copy.title_nb) == ("The next one", None)


def test_a_new_call_has_its_dates_counted_from_the_deadline(source):
    staff_client(source.programme).post(CREATE, typed(source, source="", slug="plain"))

    call = Call.objects.get(slug="plain")
    assert call.questions_until == dt.datetime(2031, 8, 14, 11, tzinfo=dt.UTC)
    assert call.deadline < call.assessment_due_at < call.pitch_at < call.result_at


def test_the_form_shows_the_values_of_the_call_that_is_copied(source):
    Call.objects.filter(pk=source.pk).update(timezone="Europe/Helsinki", jurors_per_sketch=5)

    form = staff_client(source.programme).get(f"{CREATE}?copy={source.pk}").context["form"]

    assert form["source"].value() == str(source.pk)
    assert (form["timezone"].value(), form["jurors_per_sketch"].value()) == ("Europe/Helsinki", 5)


def test_a_call_of_another_programme_is_not_offered(source):
    other = factories.make_programme()
    client = staff_client(other)

    refused = client.post(CREATE, typed(source, programme=other.pk))

    assert client.get(f"{CREATE}?copy={source.pk}").status_code == 200
    assert refused.status_code == 422
    assert "source" in refused.context["form"].errors
    with pytest.raises(NotAllowed):
        create_call(
            by=factories.owner_of(other), programme=other, source=source, deadline=source.deadline, slug="taken-away"
        )


def test_a_taken_short_name_is_refused_with_a_free_one(source):
    response = staff_client(source.programme).post(CREATE, typed(source, slug=source.slug))

    form = response.context["form"]
    assert response.status_code == 422
    assert f"Free is: {source.slug}-2" in form.errors["slug"][0]
    assert form["title"].value() == "The next one"


def test_a_long_or_capital_short_name_that_is_free_is_not_called_taken(source):
    client = staff_client(source.programme)

    for slug in ("x" * 75, "Needs-Of-2031", "double--hyphen"):
        client.post(CREATE, typed(source, slug=slug))

    assert set(Call.objects.exclude(pk=source.pk).values_list("slug", flat=True)) == {
        "x" * 75,
        "needs-of-2031",
        "double--hyphen",
    }


def test_a_copy_without_the_hours_of_its_period_is_refused_plainly(source):
    with pytest.raises(InvalidInput) as refused:
        create_call(by=factories.owner_of(source.programme), programme=source.programme, source=source, slug="no-dates")

    assert set(refused.value.errors) == {"opens_at", "deadline"}


def test_a_short_copy_lets_questions_be_asked(source):
    factories.set_instants(source, questions_until=source.deadline - dt.timedelta(days=30))

    staff_client(source.programme).post(CREATE, typed(source, opens_at="2031-08-11T09:00"))

    copy = Call.objects.get(slug="the-next-one")
    assert copy.opens_at < copy.questions_until < copy.deadline


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "x" * 300), ("deadline", "2020-01-01T13:00"), ("slug", "x" * 200)],
)
def test_what_cannot_be_is_refused_at_its_field(source, field, value):
    response = staff_client(source.programme).post(CREATE, typed(source, **{field: value}))

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Call.objects.count() == 1
