"""Template filters over home.formatting: they fill in the reader's language and wrap instants in <time>."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timeuntil
from django.utils.translation import get_language

from home import formatting

register = template.Library()


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _zone(source: object) -> str:
    """Return the IANA key of a zone given as a key, a ZoneInfo, or a call (its `timezone`); without one, the site's."""
    if isinstance(source, ZoneInfo):
        return source.key
    if isinstance(source, str) and source:
        return source
    zone = getattr(source, "timezone", None)
    return _zone(zone) if zone else settings.TIME_ZONE


@register.filter
def instant(value: datetime | None, source: object = None) -> SafeString | str:
    """{{ call.closes_at|instant:call }} -> <time>21. august 2017 kl. 13:00 (norsk tid)</time>; nothing for None."""
    if not value:
        return ""
    text = formatting.format_instant(value, _zone(source), _language())
    return format_html('<time datetime="{}">{}</time>', value.astimezone(UTC).isoformat(), text)


@register.filter
def instant_text(value: datetime | None, source: object = None) -> str:
    """{{ call.deadline|instant_text:call }} -> 21. august 2017 kl. 13:00 (norsk tid), as plain text for letters."""
    return formatting.format_instant(value, _zone(source), _language()) if value else ""


@register.filter
def machine_time(value: datetime | None) -> str:
    """{{ call.deadline|machine_time }} -> 2017-08-21T11:00:00+00:00, for attributes that scripts read."""
    return value.astimezone(UTC).isoformat() if value else ""


@register.filter
def clock(value: datetime | None, source: object = None) -> SafeString | str:
    """{{ draft.saved_at|clock:call }} -> <time>10:32</time>."""
    if not value:
        return ""
    text = formatting.format_clock(value, _zone(source), _language())
    return format_html('<time datetime="{}">{}</time>', value.astimezone(UTC).isoformat(), text)


@register.filter
def day(value: date | datetime | None, source: object = None) -> SafeString | str:
    """{{ call.closes_at|day:call }} -> <time>21. august 2017</time>, the day in the call's zone."""
    if not value:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(ZoneInfo(_zone(source))).date()
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(),
        formatting.format_day(value, _language()),
    )


@register.filter
def time_left(value: datetime | None) -> str:
    """{{ call.closes_at|time_left }} -> 3 days; empty once it has passed. Only ever beside the exact time."""
    return timeuntil(value, depth=1) if value and value > timezone.now() else ""


@register.filter
def money(amount: Decimal | float | None, currency: str = "NOK") -> str:
    """{{ call.budget|money:"DKK" }} -> 10.000.000 kr."""
    return "" if amount is None else formatting.format_money(amount, currency, _language())


@register.filter
def filesize(size: int | None) -> str:
    """{{ attachment.size|filesize }} -> 1,2 MB."""
    return "" if size is None else formatting.format_filesize(int(size), _language())


@register.filter
def score(value: Decimal | float | None, decimals: int = 1) -> str:
    """{{ mean|score:2 }} -> 5,67; a missing grade is a dash."""
    return formatting.format_score(value, int(decimals), _language())
