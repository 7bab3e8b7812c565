"""Instants, money, sizes and scores in five languages."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from home import formatting

DEADLINE = datetime(2017, 8, 21, 11, 0, tzinfo=UTC)
NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nb", "21. august 2017 kl. 13:00 (norsk tid)"),
        ("nn", "21. august 2017 kl. 13:00 (norsk tid)"),
        ("da", "21. august 2017 kl. 13.00 (norsk tid)"),
        ("sv", "21 augusti 2017 kl. 13:00 (norsk tid)"),
        ("en", "21 August 2017 at 13:00 (Norwegian time)"),
        ("fi", "21 August 2017 at 13:00 (Norwegian time)"),
    ],
)
def test_instant_is_written_as_the_language_writes_it(language, expected):
    assert formatting.format_instant(DEADLINE, "Europe/Oslo", language) == expected


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Copenhagen", "21. august 2017 kl. 13:00 (dansk tid)"),
        ("Europe/Stockholm", "21. august 2017 kl. 13:00 (svensk tid)"),
        ("Europe/Helsinki", "21. august 2017 kl. 14:00 (finsk tid)"),
        ("Atlantic/Reykjavik", "21. august 2017 kl. 11:00 (islandsk tid)"),
        ("Atlantic/Faroe", "21. august 2017 kl. 12:00 (færøysk tid)"),
        ("America/Nuuk", "21. august 2017 kl. 09:00 (America/Nuuk)"),
    ],
)
def test_instant_stands_in_the_zone_of_the_call(zone, expected):
    assert formatting.format_instant(DEADLINE, zone, "nb") == expected


def test_instant_in_the_hour_that_comes_twice_names_the_offset():
    first = datetime(2017, 10, 29, 0, 30, tzinfo=UTC)
    second = datetime(2017, 10, 29, 1, 30, tzinfo=UTC)

    written = [formatting.format_instant(value, "Europe/Oslo", "nb") for value in (first, second)]

    assert written == ["29. oktober 2017 kl. 02:30 (norsk tid, UTC+2)", "29. oktober 2017 kl. 02:30 (norsk tid, UTC+1)"]


def test_instant_in_the_hour_after_the_skipped_one_needs_no_offset():
    value = datetime(2017, 3, 26, 1, 30, tzinfo=UTC)

    assert formatting.format_instant(value, "Europe/Oslo", "nb") == "26. mars 2017 kl. 03:30 (norsk tid)"


def test_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="naive"):
        formatting.format_instant(datetime(2017, 8, 21, 13, 0), "Europe/Oslo", "nb")  # noqa: DTZ001 - the point of it


def test_every_zone_has_a_name_in_every_language():
    languages = set(formatting.MONTHS)

    assert all(set(names) == languages for names in formatting.ZONE_NAMES.values())
    assert all(len(names) == 12 for names in formatting.MONTHS.values())


def test_day_is_written_without_the_hour():
    assert formatting.format_day(date(2026, 3, 1), "sv") == "1 mars 2026"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "expected"),
    [
        (10_000_000, "NOK", "nb", f"10{NBSP}000{NBSP}000{NBSP}kr"),
        (10_000_000, "DKK", "nb", f"10{NBSP}000{NBSP}000{NBSP}DKK"),
        (10_000_000, "DKK", "da", f"10.000.000{NBSP}kr."),
        (10_000_000, "SEK", "sv", f"10{NBSP}000{NBSP}000{NBSP}kr"),
        (10_000_000, "EUR", "nn", f"10{NBSP}000{NBSP}000{NBSP}EUR"),
        (10_000_000, "NOK", "en", f"NOK{NBSP}10,000,000"),
        ("1234.5", "NOK", "nb", f"1{NBSP}234,50{NBSP}kr"),
        (-500, "NOK", "nb", f"\u2212500{NBSP}kr"),
    ],
)
def test_money_is_written_as_the_language_writes_it(amount, currency, language, expected):
    assert formatting.format_money(amount, currency, language) == expected


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, f"0{NBSP}B"),
        (999, f"999{NBSP}B"),
        (1000, f"1{NBSP}kB"),
        (52_400, f"52{NBSP}kB"),
        (999_499, f"999{NBSP}kB"),
        (999_600, f"1,0{NBSP}MB"),
        (1_234_567, f"1,2{NBSP}MB"),
        (25_000_000, f"25{NBSP}MB"),
        (3 * 10**15, f"3{NBSP}000{NBSP}TB"),
    ],
)
def test_filesize_counts_in_thousands(size, expected):
    assert formatting.format_filesize(size, "nb") == expected


@pytest.mark.parametrize(
    ("value", "decimals", "language", "expected"),
    [
        (5.666, 2, "nb", "5,67"),
        (5.666, 2, "en", "5.67"),
        (4.25, 1, "da", "4,3"),
        (7, 0, "sv", "7"),
        (None, 1, "nb", "–"),
        (0, 1, "nb", "0,0"),
    ],
)
def test_score_rounds_half_up_and_a_missing_one_is_a_dash(value, decimals, language, expected):
    assert formatting.format_score(value, decimals, language) == expected


class Call:
    timezone = "Europe/Copenhagen"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (Call(), "21. august 2017 kl. 13.00 (dansk tid)"),
        ("Atlantic/Faroe", "21. august 2017 kl. 12.00 (færøsk tid)"),
        (ZoneInfo("Europe/Helsinki"), "21. august 2017 kl. 14.00 (finsk tid)"),
        (None, "21. august 2017 kl. 13.00 (norsk tid)"),
    ],
)
def test_instant_filter_reads_the_zone_off_what_it_is_given(source, expected):
    template = Template("{% load skisse_format %}{{ at|instant:source }}")

    with translation.override("da"):
        html = template.render(Context({"at": DEADLINE, "source": source}))

    assert html == f'<time datetime="2017-08-21T11:00:00+00:00">{expected}</time>'


def test_filters_of_nothing_write_nothing():
    template = Template(
        "{% load skisse_format %}[{{ x|instant }}{{ x|day }}{{ x|clock }}{{ x|money }}{{ x|filesize }}]"
    )

    assert template.render(Context({"x": None})) == "[]"


def test_day_filter_is_the_day_where_the_call_lives():
    template = Template("{% load skisse_format %}{{ at|day:'Europe/Helsinki' }}")

    with translation.override("nb"):
        html = template.render(Context({"at": datetime(2017, 8, 21, 21, 30, tzinfo=UTC)}))

    assert html == '<time datetime="2017-08-22">22. august 2017</time>'
