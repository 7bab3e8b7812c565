"""When a reminder is due: pure functions over instants and zones."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable


def days_before(instant: dt.datetime, days: int, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """The same hour of the zone's wall clock that many days earlier, in UTC; never after the instant itself.

    An hour that summer time skips is the one after it, one that comes twice is the first.
    """
    try:
        wall = instant.astimezone(zone).replace(tzinfo=None, fold=0) - dt.timedelta(days=days)
    except OverflowError:
        return dt.datetime.min.replace(tzinfo=dt.UTC)
    return min(wall.replace(tzinfo=zone).astimezone(dt.UTC), instant)


def share_of_period(begins: dt.datetime, ends: dt.datetime, share: int) -> dt.datetime:
    """The instant at which `share` per cent of the period have passed."""
    return begins + (ends - begins) * share / 100


def latest_step(
    days: Iterable[int], instant: dt.datetime, zone: zoneinfo.ZoneInfo, *, since: dt.datetime, now: dt.datetime
) -> int | None:
    """Of the days before the instant, those of the last reminder that is due; None where none is.

    Of several that were missed only the last counts. What was due before `since`, when there was nothing yet to remind
    of, does not.
    """
    if now >= instant:
        return None
    due = [step for step in days if since < days_before(instant, step, zone) <= now]
    return min(due, default=None)


def latest_share(shares: Iterable[int], begins: dt.datetime, ends: dt.datetime, *, now: dt.datetime) -> int | None:
    """Of the shares of the period, per cent, the last one that has passed; None before the first and after the end."""
    if not begins < ends or now >= ends:
        return None
    return max((share for share in shares if share_of_period(begins, ends, share) <= now), default=None)
