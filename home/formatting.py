"""How instants, money, sizes and scores are written in each language: pure functions over small tables.

The tables follow CLDR for nb, nn, da, sv and en. They stand here rather than in the message catalogues because
they are format data (a month's name, a separator), not sentences, and must be right before a catalogue is compiled.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from competition.amounts import NBSP, base_language, format_money, format_number

__all__ = [
    "base_language", "format_clock", "format_day", "format_filesize", "format_instant", "format_money",
    "format_number", "format_score", "zone_name",
]  # fmt: skip

_MONTHS = {
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "nn": "januar februar mars april mai juni juli august september oktober november desember",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
MONTHS = {code: names.split() for code, names in _MONTHS.items()}
DAY_PATTERN = {
    "nb": "{day}. {month} {year}",
    "nn": "{day}. {month} {year}",
    "da": "{day}. {month} {year}",
    "sv": "{day} {month} {year}",
    "en": "{day} {month} {year}",
}
CLOCK_PATTERN = {
    "nb": "%H:%M",
    "nn": "%H:%M",
    "da": "%H.%M",
    "sv": "%H:%M",
    "en": "%H:%M",
}
AT = {"nb": "kl.", "nn": "kl.", "da": "kl.", "sv": "kl.", "en": "at"}

ZONE_NAMES = {
    "Europe/Oslo": {
        "nb": "norsk tid",
        "nn": "norsk tid",
        "da": "norsk tid",
        "sv": "norsk tid",
        "en": "Norwegian time",
    },
    "Europe/Copenhagen": {
        "nb": "dansk tid",
        "nn": "dansk tid",
        "da": "dansk tid",
        "sv": "dansk tid",
        "en": "Danish time",
    },
    "Europe/Stockholm": {
        "nb": "svensk tid",
        "nn": "svensk tid",
        "da": "svensk tid",
        "sv": "svensk tid",
        "en": "Swedish time",
    },
    "Europe/Helsinki": {
        "nb": "finsk tid",
        "nn": "finsk tid",
        "da": "finsk tid",
        "sv": "finsk tid",
        "en": "Finnish time",
    },
    "Atlantic/Reykjavik": {
        "nb": "islandsk tid",
        "nn": "islandsk tid",
        "da": "islandsk tid",
        "sv": "isländsk tid",
        "en": "Icelandic time",
    },
    "Atlantic/Faroe": {
        "nb": "færøysk tid",
        "nn": "færøysk tid",
        "da": "færøsk tid",
        "sv": "färöisk tid",
        "en": "Faroese time",
    },
}

SIZE_UNITS = ("kB", "MB", "GB", "TB")
MISSING = "–"


def zone_name(zone: str, language: str) -> str:
    """Return the name of an IANA zone as a reader of `language` says it; zones outside the Nordics by their own key."""
    names = ZONE_NAMES.get(zone)
    return names[base_language(language)] if names else zone


def format_day(value: date, language: str) -> str:
    """Return "21. august 2017". A datetime is written as it stands in its own zone."""
    code = base_language(language)
    return DAY_PATTERN[code].format(day=value.day, month=MONTHS[code][value.month - 1], year=value.year)


def format_clock(value: datetime, zone: str, language: str) -> str:
    """Return "13:00", the wall clock of `zone`. Raises ValueError for a naive datetime."""
    return _local(value, zone).strftime(CLOCK_PATTERN[base_language(language)])


def format_instant(value: datetime, zone: str, language: str) -> str:
    """Return "21. august 2017 kl. 13:00 (norsk tid)".

    value: aware datetime; zone: IANA key. In the hour that comes twice when summer time ends, the offset is named
    too, since the wall clock alone would be ambiguous. Raises ValueError for a naive datetime.
    """
    code = base_language(language)
    local = _local(value, zone)
    clock = local.strftime(CLOCK_PATTERN[code])
    name = zone_name(zone, language)
    if _comes_twice(local):
        name = f"{name}, {_offset(local)}"
    return f"{format_day(local, code)} {AT[code]} {clock} ({name})"


def format_filesize(size: int, language: str) -> str:
    """Return a number of bytes as "812 B", "12 kB" or "1,2 MB"; 1 kB is 1,000 bytes, as file managers count."""
    if size < 1000:
        return f"{size}{NBSP}B"
    value, unit = Decimal(size) / 1000, 0
    while value >= Decimal("999.5") and unit + 1 < len(SIZE_UNITS):
        value, unit = value / 1000, unit + 1
    decimals = 1 if unit and value < 10 else 0
    return f"{format_number(value, decimals, language)}{NBSP}{SIZE_UNITS[unit]}"


def format_score(value: Decimal | float | None, decimals: int, language: str) -> str:
    """Return a grade or a mean with `decimals` decimals; None, a grade that is not there, is a dash, never zero."""
    return MISSING if value is None else format_number(value, decimals, language)


def _local(value: datetime, zone: str) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant needs a zone: got a naive datetime")
    return value.astimezone(ZoneInfo(zone))


def _comes_twice(local: datetime) -> bool:
    earlier, later = local.replace(fold=0), local.replace(fold=1)
    return earlier.astimezone(UTC) < later.astimezone(UTC) and earlier.utcoffset() != later.utcoffset()


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    sign = "+" if minutes >= 0 else "\u2212"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
