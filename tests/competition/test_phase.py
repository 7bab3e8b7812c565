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
    ("zone", "wall", "fold", "utc"),
    [
        ("Europe/Oslo", "2027-03-28T01:59:59", 0, "2027-03-28T00:59:59"),
        ("Europe/Oslo", "2027-03-28T03:00:00", 0, "2027-03-28T01:00:00"),
        ("Europe/Oslo", "2027-10-31T02:30:00", 0, "2027-10-31T00:30:00"),
        ("Europe/Oslo", "2027-10-31T02:30:00", 1, "2027-10-31T01:30:00"),
        ("Europe/Helsinki", "2027-10-31T13:00:00", 0, "2027-10-31T11:00:00"),
        ("Atlantic/Reykjavik", "2027-03-28T13:00:00", 0, "2027-03-28T13:00:00"),
    ],
)
def test_deadline_over_a_change_of_summer_time(zone, wall, fold, utc):
    deadline = dt.datetime.fromisoformat(wall).replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)
    instant = dt.datetime.fromisoformat(utc + "+00:00")
    closing = call(deadline=deadline, timezone=zone, opens_at=instant - 48 * HOUR, published_at=instant - 72 * HOUR)

    phases = [closing.phase_at(instant - SECOND), closing.phase_at(instant)]

    assert phases == [Phase.OPEN, Phase.FORMAL_CHECK]
