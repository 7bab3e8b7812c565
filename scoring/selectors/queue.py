"""A juror's own list of work: not a dashboard, but what is left, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from scoring.enums import AssessmentState, Progress, QueueOrder, Verdict
from scoring.models import Assessment, ImpartialityDeclaration, Juror
from scoring.selectors.assessments import criteria_count, criteria_of


@dataclass(frozen=True)
class QueueRow:
    """One sketch of the juror. `answered` of `criteria` are filled in; before the declaration nothing can be opened."""

    reference: str
    title: str
    language: str
    organisation: str
    state: AssessmentState
    answered: int
    criteria: int
    is_declared: bool
    topics: tuple[str, ...] = ()

    @property
    def status(self) -> Progress:
        if self.is_final:
            return Progress.SENT
        if self.is_complete:
            return Progress.READY
        return Progress.BEGUN if self.answered else Progress.TO_DO

    @property
    def is_final(self) -> bool:
        return self.state == AssessmentState.FINAL

    @property
    def is_complete(self) -> bool:
        return self.answered == self.criteria


@dataclass(frozen=True)
class JurorQueue:
    """The rows in the juror's own stable order. `next_reference`: where to go on, or empty when nothing is left."""

    rows: list[QueueRow]
    total: int
    final: int
    complete: int
    next_reference: str

    @property
    def left(self) -> int:
        return self.total - self.final

    @property
    def next_is_declared(self) -> bool:
        return any(row.is_declared for row in self.rows if row.reference == self.next_reference)

    @property
    def is_ready_to_send(self) -> bool:
        return self.total > 0 and self.complete == self.total and self.final < self.total


def juror_queue(juror: Juror) -> JurorQueue:
    """Two queries at any length."""
    criteria = criteria_count(juror.call)
    impartial = ImpartialityDeclaration.objects.filter(
        juror=juror, sketch=OuterRef("sketch"), verdict=Verdict.IMPARTIAL
    )
    settled_against = ImpartialityDeclaration.objects.filter(juror=juror, sketch=OuterRef("sketch")).exclude(
        verdict=Verdict.IMPARTIAL
    )
    answered = Count("scores", filter=Q(scores__value__isnull=False) | Q(scores__not_assessable=True))
    values = (
        Assessment.objects.standing()
        .filter(juror=juror)
        .exclude(Exists(settled_against))
        .annotate(answered=answered, declared=Exists(impartial))
        .order_by("position", "pk")
        .values_list(
            "sketch__reference",
            "version__title",
            "sketch__language",
            "sketch__organisation__name",
            "state",
            "answered",
            "declared",
            "version__topic_codes",
        )
    )
    rows = [
        QueueRow(
            reference=reference,
            title=title,
            language=language,
            organisation=organisation,
            state=AssessmentState(state),
            answered=count,
            criteria=criteria,
            is_declared=declared,
            topics=tuple(codes),
        )
        for reference, title, language, organisation, state, count, declared, codes in values
    ]
    unfinished = [row for row in rows if not row.is_final and not row.is_complete]
    unsent = [row for row in rows if not row.is_final]
    return JurorQueue(
        rows=rows,
        total=len(rows),
        final=sum(row.is_final for row in rows),
        complete=sum(row.is_complete for row in rows),
        next_reference=(unfinished or unsent)[0].reference if unsent else "",
    )


def chosen_rows(queue: JurorQueue, *, progress: str = "", topic: str = "", order: str = "") -> list[QueueRow]:
    """The rows that fit, in the order asked for; what is unknown is ignored. No query.

    Every order keeps the juror's own within equals, and rests on nothing but the juror's own rows.
    """
    rows = [
        row
        for row in queue.rows
        if (progress not in Progress.values or row.status == progress) and (not topic or topic in row.topics)
    ]
    if order == QueueOrder.TOPIC:
        rows.sort(key=lambda row: (not row.topics, row.topics))
    elif order == QueueOrder.LEAST:
        rows.sort(key=lambda row: (row.is_final, row.answered))
    return rows


def following(queue: JurorQueue, reference: str) -> str:
    """The next sketch after this one that is not filled in, going round once; empty when none is left."""
    references = [row.reference for row in queue.rows]
    start = references.index(reference) + 1 if reference in references else 0
    for row in queue.rows[start:] + queue.rows[:start]:
        if row.reference != reference and not row.is_final and not row.is_complete:
            return row.reference
    return ""


@dataclass(frozen=True)
class GradeRow:
    """All of a juror's grades on one sketch, in the order of the criteria; None where none is given."""

    row: QueueRow
    grades: list[int | None]
    cannot_assess: list[bool]

    @property
    def cells(self) -> list[tuple[int | None, bool]]:
        return list(zip(self.grades, self.cannot_assess, strict=True))


@dataclass(frozen=True)
class Summary:
    """What a juror looks at before sending: every grade, and how often each grade was given."""

    criteria: list
    rows: list[GradeRow]
    distribution: list[tuple[int, str, int]]


def juror_summary(juror: Juror, queue: JurorQueue) -> Summary:
    """Four queries at any length. distribution: (grade, word, how often), the best first."""
    criteria = criteria_of(juror.call)
    place = {criterion.code: index for index, criterion in enumerate(criteria)}
    grades: dict[str, list[int | None]] = {row.reference: [None] * len(criteria) for row in queue.rows}
    refused = {row.reference: [False] * len(criteria) for row in queue.rows}
    labels = {level.value: level.label for criterion in criteria for level in criterion.scale.levels.all()}
    counts = dict.fromkeys(labels, 0)
    scores = Assessment.objects.standing().filter(juror=juror, scores__isnull=False)
    for reference, code, value, cannot in scores.values_list(
        "sketch__reference", "scores__criterion__code", "scores__value", "scores__not_assessable"
    ):
        if reference in grades and code in place:
            grades[reference][place[code]] = value
            refused[reference][place[code]] = cannot
            if value is not None:
                counts[value] = counts.get(value, 0) + 1
    return Summary(
        criteria=criteria,
        rows=[GradeRow(row, grades[row.reference], refused[row.reference]) for row in queue.rows],
        distribution=[(value, str(labels.get(value, "")), counts[value]) for value in sorted(counts, reverse=True)],
    )
