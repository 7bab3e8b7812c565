"""Every instant of a call, in every zone and over every change of its clocks: on its page, in feed and calendar."""

import datetime as dt
import re
import zoneinfo

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from competition.calendar import calendar_of
from competition.models import InformationMeeting
from home.formatting import MONTHS, format_instant
from tests import factories

ZONES = sorted(
    name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("posix", "right"))
)
zones = st.sampled_from(ZONES)
instants = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2060, 1, 1)).map(  # noqa: DTZ001 - gets its zone at once
    lambda naive: naive.replace(microsecond=0, tzinfo=dt.UTC)
)
WRITTEN = re.compile(r"(\d+) (\w+) (\d+) at (\d\d):(\d\d) \((.*)\)$")


def utc(*parts):
    return dt.datetime(*parts, tzinfo=dt.UTC)


def read(text, zone):
    """The instant that the words mean to a reader who knows the zone; both of them, where the words do not tell."""
    day, month, year, hour, minute, name = WRITTEN.match(text).groups()
    wall = dt.datetime(int(year), MONTHS["en"].index(month) + 1, int(day), int(hour), int(minute))  # noqa: DTZ001
    both = {wall.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1)}
    if offset := re.search(r"UTC([+−])(\d+)(?::(\d\d))?$", name):
        sign, hours, minutes = offset.groups()
        away = dt.timedelta(hours=int(hours), minutes=int(minutes or 0)) * (1 if sign == "+" else -1)
        both = {at for at in both if at.astimezone(zone).utcoffset() == away}
    return both


@given(instants, zones)
@example(utc(2026, 10, 25, 0, 30), "Europe/Oslo")
@example(utc(2026, 10, 25, 1, 30), "Europe/Oslo")
@example(utc(2026, 11, 1, 3, 30), "America/St_Johns")
@example(utc(2026, 11, 1, 4, 30), "America/St_Johns")
@example(utc(2026, 4, 4, 15, 15), "Australia/Lord_Howe")
def test_the_words_mean_one_instant_and_the_right_one(instant, name):
    text = format_instant(instant, name, "en")

    assert read(text, zoneinfo.ZoneInfo(name)) == {instant.replace(second=0)}


@pytest.fixture
def call(db):
    """In memory it is moved about; nothing is stored."""
    with translation.override("en"):
        yield factories.make_call()


def moved(call, zone, opens_at, days):
    """The call with its dates from `opens_at` on, all at odd hours."""
    later = [opens_at + dt.timedelta(days=number, hours=number % 7) for number in days]
    call.timezone = zone
    call.opens_at, (call.questions_until, call.deadline, call.pitch_at, call.result_at) = opens_at, later
    return call


days = st.lists(st.integers(1, 300), min_size=4, max_size=4, unique=True).map(sorted)


def test_the_page_and_the_feed_give_machines_the_stored_instants_and_people_the_calls_clock(call):
    @settings(max_examples=60, deadline=None)
    @given(zones, instants, days)
    def holds(zone, opens_at, later):
        moved(call, zone, opens_at, later)
        page = render_to_string("competition/includes/call_dates.html", {"call": call})
        entry = render_to_string("competition/feed_entry.html", {"call": call})
        shown = re.findall(r'<time datetime="([^"]+T[^"]+)">([^<]+)</time>', page)

        assert shown == [
            (at.isoformat(), format_instant(at, zone, "en"))
            for at in (call.opens_at, call.questions_until, call.deadline, call.pitch_at)
        ]
        assert f'<time datetime="{call.result_at.astimezone(zoneinfo.ZoneInfo(zone)).date().isoformat()}">' in page
        assert format_instant(call.deadline, zone, "en") in entry

    holds()


def test_the_calendar_names_the_second_of_two_equal_hours(call):
    second = utc(2026, 10, 25, 1, 30)
    moved(call, "Europe/Oslo", second, [1, 2, 3, 4])

    event = Calendar.from_ical(calendar_of(call, "/en/calls/x/")).walk("VEVENT")[0]

    assert event.decoded("dtstart").astimezone(dt.UTC) == second


def test_the_calendar_holds_the_same_instants_in_the_calls_zone(call):
    meeting = InformationMeeting(call=call, pk=1, title="Meeting")

    @settings(max_examples=30, deadline=None)
    @given(zones, instants, days)
    def holds(zone, opens_at, later):
        moved(call, zone, opens_at, later)
        meeting.starts_at, meeting.ends_at = call.questions_until, call.questions_until + dt.timedelta(hours=1)
        calendar = Calendar.from_ical(calendar_of(call, "/en/calls/x/", [meeting]))

        events = calendar.walk("VEVENT")
        starts = [event.decoded("dtstart") for event in events]
        assert [at.astimezone(dt.UTC) if isinstance(at, dt.datetime) else at for at in starts] == [
            call.opens_at,
            call.questions_until,
            call.deadline,
            call.pitch_at,
            call.result_at.astimezone(zoneinfo.ZoneInfo(zone)).date(),
            meeting.starts_at,
        ]

    holds()
