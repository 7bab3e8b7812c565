"""The phase of a call at an instant, over the whole table, and over a change of summer time."""

import datetime as dt
import zoneinfo

import pytest

from competition.enums import Phase
from competition.models import Call

OPENS = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
DEADLINE = dt.datetime(2027, 4, 12, 11, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SECOND = dt.timedelta(seconds=1)
MILESTONES = (
    ("formal_check_completed_at", Phase.ASSESSMENT),
    ("assessment_completed_at", Phase.JURY_MEETING),
    ("recommended_at", Phase.DECISION),
    ("decided_at", Phase.LETTERS),
    ("result_published_at", Phase.COMPLETED),
    ("archived_at", Phase.ARCHIVED),
)


def call(**fields):
    return Call(**({"opens_at": OPENS, "deadline": DEADLINE, "published_at": OPENS - 24 * HOUR} | fields))


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        (OPENS - 25 * HOUR, Phase.DRAFT),
        (OPENS - 24 * HOUR, Phase.ANNOUNCED),
        (OPENS - SECOND, Phase.ANNOUNCED),
        (OPENS, Phase.OPEN),
        (DEADLINE - dt.timedelta(microseconds=1), Phase.OPEN),
        (DEADLINE, Phase.FORMAL_CHECK),
        (DEADLINE + 1000 * HOUR, Phase.FORMAL_CHECK),
    ],
)
def test_phase_by_the_clock(now, phase):
    assert call().phase_at(now) == phase


@pytest.mark.parametrize("reached", range(1, len(MILESTONES) + 1))
def test_phase_by_milestones(reached):
    at = {name: DEADLINE + place * HOUR for place, (name, _phase) in enumerate(MILESTONES[:reached], start=1)}

    after, just_before = (
        call(**at).phase_at(DEADLINE + 100 * HOUR),
        call(**at).phase_at(DEADLINE + reached * HOUR - SECOND),
    )

    assert after == MILESTONES[reached - 1][1]
    assert just_before == (MILESTONES[reached - 2][1] if reached > 1 else Phase.FORMAL_CHECK)


def test_cancelled_outweighs_everything():
    cancelled = call(cancelled_at=OPENS + HOUR, result_published_at=DEADLINE + HOUR)

    assert cancelled.phase_at(DEADLINE + 2 * HOUR) == Phase.CANCELLED


def test_never_published_stays_a_draft():
    assert call(published_at=None).phase_at(DEADLINE + HOUR) == Phase.DRAFT


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        ("Europe/Oslo", dt.datetime(2027, 3, 28, 1, 59, 59), dt.datetime(2027, 3, 28, 0, 59, 59)),
        ("Europe/Oslo", dt.datetime(2027, 3, 28, 3, 0, 0), dt.datetime(2027, 3, 28, 1, 0, 0)),
        ("Europe/Oslo", dt.datetime(2027, 10, 31, 2, 30), dt.datetime(2027, 10, 31, 0, 30)),
        ("Europe/Oslo", dt.datetime(2027, 10, 31, 2, 30, fold=1), dt.datetime(2027, 10, 31, 1, 30)),
        ("Europe/Helsinki", dt.datetime(2027, 10, 31, 13, 0), dt.datetime(2027, 10, 31, 11, 0)),
        ("Atlantic/Reykjavik", dt.datetime(2027, 3, 28, 13, 0), dt.datetime(2027, 3, 28, 13, 0)),
    ],
)
def test_deadline_over_a_change_of_summer_time(zone, wall, utc):
    deadline = wall.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    at_deadline = utc.replace(tzinfo=dt.UTC)
    closing = call(
        deadline=deadline, timezone=zone, opens_at=at_deadline - 48 * HOUR, published_at=at_deadline - 72 * HOUR
    )

    assert closing.phase_at(at_deadline - SECOND) == Phase.OPEN
    assert closing.phase_at(at_deadline) == Phase.FORMAL_CHECK
    assert closing.deadline.astimezone(closing.zone).replace(tzinfo=None) == wall.replace(fold=wall.fold)
