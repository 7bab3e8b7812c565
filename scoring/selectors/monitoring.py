"""Who is where with the assessments, how jurors grade, and what is missing. No grade that has not been sent is read."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count

from competition.models import Call, Sketch
from competition.selectors.vetoes import without_vetoed
from notifications.models import Letter
from scoring.enums import AssessmentState
from scoring.models import AggregationRun, Assessment, Criterion, Juror, RankingRow, Score
from scoring.selectors.assessments import criteria_of, missing_answers
from scoring.selectors.ranking import latest_run, visible_rows


@dataclass(frozen=True)
class JurorProgress:
    """Assessments by how far they are. ready: everything answered and not sent. grades: value -> how often it was sent.

    severity: of the newest ranking, how much lower than the others this juror grades the same sketch; None if unknown.
    """

    juror: Juror
    not_begun: int
    begun: int
    ready: int
    sent: int
    overdue: bool
    reminded_at: dt.datetime | None
    grades: dict[int, int]
    severity: float | None

    @property
    def all(self) -> int:
        return self.not_begun + self.begun + self.ready + self.sent

    @property
    def left(self) -> int:
        return self.all - self.sent

    @property
    def mean(self) -> float | None:
        number = sum(self.grades.values())
        return sum(value * count for value, count in self.grades.items()) / number if number else None


@dataclass(frozen=True)
class SketchProgress:
    """sent of `wanted` assessments; waiting: handed out and not sent. best, worst: the rank if those were all of the
    highest or lowest grade while the others stay as they are; None without a rank."""

    reference: str
    title: str
    sent: int
    waiting: int
    wanted: int
    mean: float | None
    spread: float | None
    rank: int | None
    best: int | None
    worst: int | None

    @property
    def short(self) -> int:
        """Assessments that nobody has been given."""
        return max(0, self.wanted - self.sent - self.waiting)


@dataclass(frozen=True)
class Monitor:
    """run: the ranking that means, spreads and ranks are of. levels: every grade on some scale."""

    jurors: list[JurorProgress]
    sketches: list[SketchProgress]
    run: AggregationRun | None
    levels: list[int] = field(default_factory=list)

    def total(self, name: str) -> int:
        return sum(getattr(juror, name) for juror in self.jurors)


def monitor_of(call: Call, user: Any, now: dt.datetime) -> Monitor:
    """Everything on the page, without sketches kept from the person; a fixed number of queries at any size."""
    criteria = criteria_of(call)
    seen = without_vetoed(Sketch.objects.competing().filter(call=call), user)
    standing = list(Assessment.objects.standing().filter(juror__call=call, sketch__in=seen).order_by("pk"))
    run = latest_run(call)
    return Monitor(
        jurors=_jurors(call, standing, criteria, run, now),
        sketches=_sketches(call, seen, standing, criteria, list(visible_rows(run, user)) if run else []),
        run=run,
        levels=sorted({level.value for criterion in criteria for level in criterion.scale.levels.all()}),
    )


def _jurors(
    call: Call, standing: list[Assessment], criteria: list[Criterion], run: AggregationRun | None, now: dt.datetime
) -> list[JurorProgress]:
    started = [one for one in standing if one.state == AssessmentState.STARTED]
    missing = missing_answers(started, criteria)
    states: dict[int, Counter[str]] = defaultdict(Counter)
    for one in standing:
        ready = one.state == AssessmentState.STARTED and not missing[one.pk]
        states[one.juror_id]["ready" if ready else one.state] += 1
    grades: dict[int, dict[int, int]] = defaultdict(dict)
    final = [one.pk for one in standing if one.state == AssessmentState.FINAL]
    given = Score.objects.filter(assessment__in=final).exclude(value=None)
    for juror, value, number in (
        given.order_by().values_list("assessment__juror", "value").annotate(number=Count("pk")).order_by("value")
    ):
        grades[juror][value] = number
    reminded = _reminded(call)
    known = run.metrics.get("jurors", {}) if run else {}
    seats = call.jurors.filter(pk__in=states).select_related("user", "call").order_by("pk")
    found = [
        JurorProgress(
            juror=juror,
            not_begun=states[juror.pk][AssessmentState.ASSIGNED],
            begun=states[juror.pk][AssessmentState.STARTED],
            ready=states[juror.pk]["ready"],
            sent=states[juror.pk][AssessmentState.FINAL],
            overdue=_is_over(juror, now) and states[juror.pk].total() > states[juror.pk][AssessmentState.FINAL],
            reminded_at=reminded.get(by_hand(juror)),
            grades=grades[juror.pk],
            severity=known.get(str(juror.pk), {}).get("severity"),
        )
        for juror in seats
    ]
    return sorted(found, key=lambda line: (-line.left, str(line.juror.user).lower()))


def _is_over(juror: Juror, now: dt.datetime) -> bool:
    until = juror.assess_until
    return until is not None and until <= now


def by_hand(juror: Juror) -> str:
    """The occasion of a reminder that somebody sends; once for each end of the period."""
    due = juror.assess_until
    until = due.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%S") if due else ""
    return f"juror-reminder:{juror.pk}:{until}:by-hand"


def _reminded(call: Call) -> dict[str, dt.datetime]:
    occasions = [by_hand(juror) for juror in call.jurors.select_related("call")]
    return dict(Letter.objects.filter(occasion__in=occasions).values_list("occasion", "created_at"))


def _sketches(
    call: Call, seen, standing: list[Assessment], criteria: list[Criterion], ranked: list[RankingRow]
) -> list[SketchProgress]:
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for one in standing:
        counts[one.sketch_id][one.state] += 1
    rows = {row.sketch_id: row for row in ranked}
    means = sorted((row.mean for row in rows.values() if row.mean is not None), reverse=True)
    lowest, highest = _ends(criteria)
    found = []
    for pk, reference, title in seen.order_by("reference").values_list("pk", "reference", "title"):
        row = rows.get(pk)
        sent = counts[pk][AssessmentState.FINAL]
        waiting = counts[pk].total() - sent
        mean = row.mean if row else None
        number = row.assessments if row else 0
        ends = [_rank_with(mean, number, grade, waiting, means) for grade in (highest, lowest)]
        found.append(
            SketchProgress(
                reference=reference,
                title=title,
                sent=sent,
                waiting=waiting,
                wanted=call.jurors_per_sketch,
                mean=mean,
                spread=row.spread if row else None,
                rank=row.rank if row else None,
                best=ends[0],
                worst=ends[1],
            )
        )
    return sorted(found, key=lambda line: (-(line.waiting + line.short), line.rank or 0, line.reference))


def _ends(criteria: list[Criterion]) -> tuple[float, float]:
    """The lowest and highest weighted mean that an assessment can have."""
    weight = float(sum(criterion.weight for criterion in criteria)) or 1.0
    ends = [0.0, 0.0]
    for criterion in criteria:
        values = [level.value for level in criterion.scale.levels.all()]
        ends[0] += float(criterion.weight) * min(values) / weight
        ends[1] += float(criterion.weight) * max(values) / weight
    return ends[0], ends[1]


def _rank_with(mean: float | None, number: int, grade: float, more: int, means: list[float]) -> int | None:
    """The rank among the `means` of all sketches if `more` assessments of this grade came to `number` with `mean`."""
    if not means or (mean is None and not more):
        return None
    then = ((mean or 0.0) * number + grade * more) / (number + more)
    others = list(means)
    if mean is not None:
        others.remove(mean)
    return 1 + sum(round(other - then, 9) > 0 for other in others)
