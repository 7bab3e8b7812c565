"""Geometry of the workspace's drawings: where the points lie. Templates draw them, and a table tells the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from competition.models import Call
from competition.selectors.workspace import DayCount

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 36.0, 150.0, 14.0, 26.0
APART = 24.0  # at least, between the names of the two lines


@dataclass(frozen=True)
class Line:
    """`d` of the path; where it ends, and where its name stands beside its end."""

    d: str
    total: int
    end: float
    label_at: float


@dataclass(frozen=True)
class StepChart:
    """Two lines that rise by the day: drafts begun, and sketches handed in. Lengths are units of the view box."""

    width: float
    height: float
    begun: Line
    submitted: Line
    base: float
    left: float
    right: float
    top: float
    first_day: dt.date
    last_day: dt.date
    highest: int
    opening: float
    deadline: float


def step_chart(days: Sequence[DayCount], call: Call, now: dt.datetime) -> StepChart | None:
    """The running totals from the opening to the deadline, or to now while the call is open; None without any day."""
    if not days:
        return None
    zone = call.zone
    opens, closes = call.opens_at.astimezone(zone).date(), call.deadline.astimezone(zone).date()
    first, last = min(opens, days[0].day), max(closes, days[-1].day)
    span = (last - first).days + 1
    highest = max(days[-1].begun_total, days[-1].total)
    base = HEIGHT - BOTTOM
    until = min(max(now.astimezone(zone).date(), days[-1].day), last) + dt.timedelta(days=1)

    def across(day: dt.date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def up(total: int) -> float:
        return round(base - (base - TOP) * total / highest, 1)

    def line(totals: Sequence[int]) -> Line:
        path = [f"M{LEFT:g} {base:g}"]
        path += [f"H{across(row.day):g}V{up(total):g}" for row, total in zip(days, totals, strict=True)]
        path.append(f"H{across(until):g}")
        return Line("".join(path), totals[-1], across(until), up(totals[-1]))

    begun, submitted = line([row.begun_total for row in days]), line([row.total for row in days])
    return StepChart(
        width=WIDTH, height=HEIGHT, base=base, left=LEFT, right=WIDTH - RIGHT, top=TOP,
        begun=begun, submitted=replace(submitted, label_at=max(submitted.label_at, begun.label_at + APART)),
        first_day=first, last_day=last, highest=highest,
        opening=across(opens), deadline=across(closes + dt.timedelta(days=1)),
    )  # fmt: skip
