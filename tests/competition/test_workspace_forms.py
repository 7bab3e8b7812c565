"""Instants typed on a call's own wall clock."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from competition.workspace_fields import WallClockField, at_wall_clock, wall_clock

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        ("2027-01-15 13:00", "2027-01-15 12:00"),
        ("2027-07-15 13:00", "2027-07-15 11:00"),
        ("2027-03-28 01:59", "2027-03-28 00:59"),
        ("2027-03-28 03:00", "2027-03-28 01:00"),
        ("2027-10-31 03:00", "2027-10-31 02:00"),
    ],
)
def test_at_wall_clock_gives_the_instant(wall, utc):
    instant = at_wall_clock(dt.datetime.fromisoformat(wall), OSLO)

    assert instant == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("wall", "code"),
    [("2027-03-28 02:30", "skipped"), ("2027-10-31 02:30", "doubled"), ("2027-10-31 02:00", "doubled")],
)
def test_at_wall_clock_refuses_hours_that_name_no_single_instant(wall, code):
    with pytest.raises(ValidationError) as refused:
        at_wall_clock(dt.datetime.fromisoformat(wall), OSLO)

    assert refused.value.code == code


def test_wall_clock_is_what_the_zone_shows():
    noon = dt.datetime(2027, 7, 15, 12, tzinfo=dt.UTC)

    assert wall_clock(noon, OSLO) == "2027-07-15T14:00"
    assert wall_clock(noon, ZoneInfo("Atlantic/Reykjavik")) == "2027-07-15T12:00"
    assert wall_clock(None, OSLO) == ""


@pytest.mark.parametrize("text", ["2027-07-15T13:00", "2027-07-15 13:00", "15.07.2027 13:00", "15.07.2027 13.00"])
def test_wall_clock_field_reads_what_people_type(text):
    assert WallClockField().clean(text) == dt.datetime(2027, 7, 15, 13)  # noqa: DTZ001 - a wall clock has no zone


@pytest.mark.parametrize("text", ["tomorrow", "2027-02-30T10:00", "2027-07-15", "99999-01-01T00:00"])
def test_wall_clock_field_refuses_the_rest(text):
    with pytest.raises(ValidationError):
        WallClockField().clean(text)
