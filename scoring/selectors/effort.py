"""How long it takes to judge: reckoned from the form and the criteria, until enough of it has been measured."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F

from competition.enums import TEXT_KINDS
from competition.models import Call
from scoring.models import Assessment, Juror

CHARACTERS_A_MINUTE = 1000  # about 170 words, read with attention
SHARE_USED = 0.6  # of the room given for a text
ROOM_UNLIMITED = 2000  # characters that a text without a limit is taken to have
MINUTES_A_CRITERION = 2
STEP = 5  # minutes: nobody knows it better
# Below this many finished assessments their median says more about a few jurors than about the work.
MEASURED_AT_LEAST = 10
# Whoever comes back the next day has not worked through the night.
SITTING_AT_MOST = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Effort:
    """minutes: for one sketch, in fives. least, most: sketches. measured: assessments behind the minutes; 0: reckoned.

    `characters` and `criteria` are what the minutes were reckoned from.
    """

    minutes: int
    characters: int
    criteria: int
    measured: int
    least: int
    most: int

    @property
    def hours_least(self) -> float:
        return _half_hours(self.least * self.minutes)

    @property
    def hours_most(self) -> float:
        return _half_hours(self.most * self.minutes)

    @property
    def characters_a_minute(self) -> int:
        return CHARACTERS_A_MINUTE

    @property
    def minutes_a_criterion(self) -> int:
        return MINUTES_A_CRITERION

    @property
    def used_percent(self) -> int:
        return round(100 * SHARE_USED)


def effort_of(call: Call, *, juror: Juror | None = None) -> Effort:
    """What judging in the call takes; with a juror, for as many sketches as that seat says. Three queries at most."""
    texts = call.questions.filter(kind__in=TEXT_KINDS)
    limits = list(texts.values_list("max_chars", flat=True))
    characters = sum(ROOM_UNLIMITED if limit is None else limit for limit in limits)
    criteria = call.criteria.count()
    measured = measured_minutes([call])[call.pk]
    return Effort(
        minutes=minutes_for(characters, criteria, measured),
        characters=characters,
        criteria=criteria,
        measured=len(measured) if len(measured) >= MEASURED_AT_LEAST else 0,
        least=juror.load_min if juror else 0,
        most=juror.load_max if juror else 0,
    )


def minutes_for(characters: int, criteria: int, measured: list[float]) -> int:
    """For one sketch, in fives: the median of what was measured, or reckoned while that is too little."""
    reckoned = characters * SHARE_USED / CHARACTERS_A_MINUTE + criteria * MINUTES_A_CRITERION
    minutes = statistics.median(measured) if len(measured) >= MEASURED_AT_LEAST else reckoned
    return max(STEP, STEP * math.ceil(minutes / STEP))


def measured_minutes(calls: Iterable[Call]) -> dict[int, list[float]]:
    """{key of the call: minutes from the first to the last thing written}, of assessments that were sent and made in
    one sitting. One query."""
    found: dict[int, list[float]] = {call.pk: [] for call in calls}
    sent = Assessment.objects.final().filter(juror__call__in=found, started_at__isnull=False)
    sittings = sent.annotate(took=F("updated_at") - F("started_at")).filter(took__lte=SITTING_AT_MOST)
    for key, took in sittings.values_list("juror__call", "took"):
        found[key].append(took.total_seconds() / 60)
    return found


def _half_hours(minutes: float) -> float:
    return math.ceil(minutes / 30) / 2
