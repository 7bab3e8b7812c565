"""What ending a call would do, in numbers, for the page that asks whether to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from competition.enums import SketchState
from competition.models import Call
from competition.selectors.amendment_readers import readers_of


@dataclass(frozen=True)
class Consequences:
    """sketches: drafts and submissions that can no longer be changed. told: addresses of applicants."""

    sketches: int
    told: int
    meetings: int


def consequences_of_cancelling(call: Call, now: dt.datetime) -> Consequences:
    return Consequences(
        sketches=call.sketches.exclude(state=SketchState.WITHDRAWN).count(),
        told=len(readers_of(call, at=now, was_open=now < call.deadline)) if call.published_at else 0,
        meetings=call.meetings.filter(cancelled_at=None, starts_at__gt=now).count(),
    )
