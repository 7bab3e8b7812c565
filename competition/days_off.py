"""Days on which a public agency has nobody at work: weekends and the public holidays of the call's country."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import holidays
from django.utils.translation import get_language
from django.utils.translation import gettext as _

SATURDAY = 5
COUNTRIES = {
    "Europe/Oslo": "NO",
    "Europe/Copenhagen": "DK",
    "Europe/Stockholm": "SE",
    "Europe/Helsinki": "FI",
    "Atlantic/Reykjavik": "IS",
    "Atlantic/Faroe": "FO",
}
_LANGUAGES = {"nb": "no", "nn": "no", "da": "da", "sv": "sv", "en": "en_US"}


def day_off(day: dt.date, zone: zoneinfo.ZoneInfo) -> str:
    """What the day is called, in the reader's language or the country's own; empty for a day of work.

    zone: a call's; outside the Nordic countries only weekends are known.
    """
    if day.weekday() >= SATURDAY:
        return _("Saturday") if day.weekday() == SATURDAY else _("Sunday")
    if (country := COUNTRIES.get(zone.key)) is None:
        return ""
    wanted = _LANGUAGES.get((get_language() or "")[:2])
    known = holidays.country_holidays(country)
    language = wanted if wanted in known.supported_languages else known.default_language
    return holidays.country_holidays(country, years=day.year, language=language).get(day) or ""
