"""Weekends and holidays on a call's own calendar."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from competition.days_off import day_off


@pytest.mark.parametrize(
    ("day", "zone", "name"),
    [
        ("2027-05-15", "Europe/Oslo", "Saturday"),
        ("2027-05-16", "Europe/Oslo", "Sunday"),
        ("2027-05-06", "Europe/Stockholm", "Ascension Day"),
        ("2027-12-06", "Europe/Helsinki", "Independence Day"),
        ("2027-06-17", "Atlantic/Reykjavik", "National Day"),
        ("2027-05-18", "Europe/Oslo", ""),
        ("2027-12-06", "Europe/Copenhagen", ""),
        ("2027-05-17", "UTC", ""),
    ],
)
def test_day_off(day, zone, name):
    with translation.override("en"):
        assert day_off(dt.date.fromisoformat(day), ZoneInfo(zone)) == name


def test_a_holiday_has_the_countrys_own_name_where_the_readers_language_is_not_known():
    with translation.override("da"):
        assert day_off(dt.date(2027, 6, 17), ZoneInfo("Atlantic/Reykjavik")) == "Þjóðhátíðardagurinn"
