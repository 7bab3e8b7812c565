"""When reminders are due, in every zone and over every change of its clocks."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competition.reminding import days_before, latest_share, latest_step, share_of_period

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
ZONES = sorted(
    name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("posix", "right", "Etc"))
)
zones = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)
instants = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2060, 1, 1)).map(  # noqa: DTZ001 - gets its zone at once
    lambda naive: naive.replace(microsecond=0, tzinfo=dt.UTC)
)
days = st.integers(1, 365)
steps = st.lists(days, max_size=6)


def oslo(*parts):
    return dt.datetime(*parts, tzinfo=OSLO)


@given(instants, days, zones)
def test_due_at_the_deadlines_hour_on_the_wall_clock(instant, number, zone):
    due = days_before(instant, number, zone)

    local, wanted = due.astimezone(zone), instant.astimezone(zone).replace(tzinfo=None) - dt.timedelta(days=number)
    exists = wanted.replace(tzinfo=zone).astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == wanted
    assert due <= instant
    assert not exists or local.replace(tzinfo=None) == wanted


@given(instants, steps, zones, instants, instants)
def test_one_step_at_most_and_the_latest(instant, numbers, zone, since, now):
    step = latest_step(numbers, instant, zone, since=since, now=now)

    due = [number for number in numbers if since < days_before(instant, number, zone) <= now]
    assert step == (min(due) if due and now < instant else None)


@given(instants, steps, zones, st.integers(1, 400 * 24 * 60))
def test_every_step_has_its_time_and_none_comes_after_the_deadline(instant, numbers, zone, minutes):
    since = instant - dt.timedelta(days=500)

    for number in numbers:
        due = days_before(instant, number, zone)
        found = latest_step(numbers, instant, zone, since=since, now=due)
        assert found is None if due >= instant else found is not None
    assert latest_step(numbers, instant, zone, since=since, now=instant + dt.timedelta(minutes=minutes)) is None


@given(instants, st.integers(1, 10**7), st.lists(st.integers(1, 100), max_size=5), st.integers(-(10**6), 2 * 10**7))
def test_share_of_the_period_that_has_passed(begins, length, shares, offset):
    ends, now = begins + dt.timedelta(seconds=length), begins + dt.timedelta(seconds=offset)

    share = latest_share(shares, begins, ends, now=now)

    assert share is None or share_of_period(begins, ends, share) <= now < ends
    passed = [one for one in shares if one * length <= 100 * offset]
    assert (share is None) == (not passed or offset >= length)


@pytest.mark.parametrize(
    ("deadline", "number", "due"),
    [
        (oslo(2027, 3, 29, 13), 3, dt.datetime(2027, 3, 26, 12, tzinfo=dt.UTC)),  # an hour of summer time earlier
        (oslo(2027, 11, 1, 13), 3, dt.datetime(2027, 10, 29, 11, tzinfo=dt.UTC)),
        (oslo(2027, 3, 29, 2, 30), 1, dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)),  # skipped: the hour after it
        (oslo(2027, 11, 1, 2, 30), 1, dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)),  # twice: the first
    ],
)
def test_due_over_changes_of_summer_time(deadline, number, due):
    assert days_before(deadline, number, OSLO) == due


def test_day_that_a_zone_has_skipped():
    """Samoa had no 30 December 2011: “a day before” is the deadline itself, and nobody is reminded at it."""
    zone = zoneinfo.ZoneInfo("Pacific/Apia")
    deadline = dt.datetime(2011, 12, 31, 13, tzinfo=zone)

    assert days_before(deadline, 1, zone) <= deadline
    assert latest_step([1], deadline, zone, since=deadline - dt.timedelta(days=9), now=deadline) is None
