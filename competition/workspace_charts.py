"""Geometry of the workspace's drawings: where the points lie. Templates draw them, and a table tells the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from competition.models import Call
from competition.selectors.workspace import DayCount

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 12.0, 14.0, 26.0


@dataclass(frozen=True)
class StepChart:
    """A line that rises by the day. Lengths are units of the view box; `line` is the path's `d`."""

    width: float
    height: float
    line: str
    base: float
    left: float
    right: float
    top: float
    first_day: dt.date
    last_day: dt.date
    highest: int
    deadline: float | None


def step_chart(days: Sequence[DayCount], call: Call, now: dt.datetime) -> StepChart | None:
    """The running total of first submissions from the opening to the deadline, or to now while the call is open."""
    if not days:
        return None
    zone = call.zone
    first = min(call.opens_at.astimezone(zone).date(), days[0].day)
    closes = call.deadline.astimezone(zone).date()
    last = max(closes, days[-1].day)
    span = max((last - first).days + 1, 1)
    highest = days[-1].total
    base = HEIGHT - BOTTOM

    def across(day: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def up(total: int) -> float:
        return round(base - (base - TOP) * total / highest, 1)

    path = [f"M{LEFT:g} {base:g}"]
    path += [f"H{across(row.day):g}V{up(row.total):g}" for row in days]
    shown_until = min(max(now.astimezone(zone).date(), days[-1].day), last)
    path.append(f"H{across(shown_until + dt.timedelta(days=1)):g}")
    return StepChart(
        width=WIDTH, height=HEIGHT, line="".join(path), base=base, left=LEFT, right=WIDTH - RIGHT, top=TOP,
        first_day=first, last_day=last, highest=highest, deadline=across(closes + dt.timedelta(days=1)),
    )  # fmt: skip
