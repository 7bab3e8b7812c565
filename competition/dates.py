"""The dates that a new call begins with, counted from its deadline on the call's own clock. Pure functions.

None falls on a day off, and none into an hour that summer time skips or doubles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from competition.days_off import day_off

MORNING = dt.time(9)
# Days after the deadline, and the hour.
AFTERWARDS: dict[str, tuple[int, dt.time]] = {
    "assessment_due_at": (28, dt.time(15)),
    "pitch_at": (35, MORNING),
    "result_at": (49, dt.time(12)),
}
SHIFTED = ("questions_until", *AFTERWARDS)


def working_day(day: dt.date, zone: ZoneInfo, *, step: int = 1) -> dt.date:
    """The day itself, or the next (step 1) or last (step -1) one on which somebody is at work."""
    while day_off(day, zone):
        day += dt.timedelta(days=step)
    return day


def at_clock(day: dt.date, hour: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The instant, in UTC, at which the zone's clocks show the hour; an hour later where that is not one instant."""
    wall = dt.datetime.combine(day, hour)
    while not _is_one_instant(wall, zone):
        wall += dt.timedelta(hours=1)
    return wall.replace(tzinfo=zone).astimezone(dt.UTC)


def _is_one_instant(wall: dt.datetime, zone: ZoneInfo) -> bool:
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    return first.utcoffset() == second.utcoffset()


def default_deadline(today: dt.date, hour: dt.time, zone: ZoneInfo, *, days: int) -> dt.datetime:
    """The first working day when the call, opened tomorrow, has been open for so many days."""
    return at_clock(working_day(today + dt.timedelta(days=days + 1), zone), hour, zone)


def while_open(wanted: dt.datetime, opens: dt.datetime, deadline: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The wanted end of questions; in a call too short for it, half-way at the same hour, or else the deadline."""
    if opens < wanted <= deadline:
        return wanted
    half_way = (opens + (deadline - opens) / 2).astimezone(zone).date()
    last = at_clock(
        working_day(half_way, zone), deadline.astimezone(zone).time().replace(second=0, microsecond=0), zone
    )
    return last if opens < last <= deadline else deadline


def default_dates(
    opens: dt.datetime, deadline: dt.datetime, zone: ZoneInfo, *, question_days: int
) -> dict[str, dt.datetime]:
    """{field of a call: instant} for what follows from the deadline.

    question_days: how long before the deadline questions end, at the deadline's own hour; later where the call has not
    opened by then.
    """
    local = deadline.astimezone(zone)
    last_questions = working_day(local.date() - dt.timedelta(days=question_days), zone, step=-1)
    wanted = at_clock(last_questions, local.time().replace(second=0, microsecond=0), zone)
    dates = {"questions_until": while_open(wanted, opens, deadline, zone)}
    for name, (days, hour) in AFTERWARDS.items():
        dates[name] = at_clock(working_day(local.date() + dt.timedelta(days=days), zone), hour, zone)
    return dates


def shifted_dates(
    source: Mapping[str, dt.datetime | None], old: dt.datetime, new: dt.datetime, old_zone: ZoneInfo, zone: ZoneInfo
) -> dict[str, dt.datetime]:
    """The dates of another call, as far from its deadline `old` as before, at the same hour of the new call's clock."""
    days = new.astimezone(zone).date() - old.astimezone(old_zone).date()
    dates = {}
    for name, at in source.items():
        if at is not None:
            local = at.astimezone(old_zone)
            step = -1 if at < old else 1
            hour = local.time().replace(second=0, microsecond=0)
            dates[name] = at_clock(working_day(local.date() + days, zone, step=step), hour, zone)
    return dates
