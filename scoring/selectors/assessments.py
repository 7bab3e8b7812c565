"""Reads about single assessments and the criteria they answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from competition.display import Answered, answered
from competition.models import Attachment, Call
from scoring.enums import AssessmentState, JurorState, Verdict
from scoring.errors import AssessmentText
from scoring.models import Assessment, Criterion, ImpartialityDeclaration, Score

_CRITERIA = "_criteria"


def criteria_of(call: Call) -> list[Criterion]:
    """The call's criteria in order, with their scales' levels. Two queries, asked once of each object."""
    known = call.__dict__.get(_CRITERIA)
    if known is None:
        known = call.__dict__[_CRITERIA] = list(call.criteria.select_related("scale").prefetch_related("scale__levels"))
    return known


def criteria_count(call: Call) -> int:
    known = call.__dict__.get(_CRITERIA)
    return call.criteria.count() if known is None else len(known)


def text_of(assessment: Assessment) -> AssessmentText:
    """What is stored for an assessment, as data."""
    rows = assessment.scores.values_list("criterion__code", "value", "not_assessable", "reason")
    return AssessmentText(
        scores={code: (v, n, r) for code, v, n, r in rows if (v, n, r) != (None, False, "")},
        comment=assessment.comment,
        private_note=assessment.private_note,
    )


@dataclass(frozen=True)
class Change:
    """A grade that was sent and is another now or was at the next sending; (grade or None, cannot assess) each."""

    criterion: Criterion
    before: tuple[int | None, bool]
    after: tuple[int | None, bool]
    reason_changed: bool


@dataclass(frozen=True)
class Revision:
    """What changed after an assessment was taken back at an instant."""

    at: dt.datetime
    changes: list[Change]
    comment_changed: bool


def revisions_of(assessment: Assessment) -> list[Revision]:
    """What became of each sending that was taken back, the oldest first. One query, four where there is something."""
    kept = list(assessment.taken_back.all())
    if not kept:
        return []
    now = text_of(assessment)
    texts = [
        AssessmentText({code: (said[0], said[1], said[2]) for code, said in one.grades.items()}, one.comment)
        for one in kept
    ]
    criteria = criteria_of(assessment.sketch.call)
    return [
        Revision(one.at, _changes(criteria, before, after), before.comment != after.comment)
        for one, before, after in zip(kept, texts, [*texts[1:], now], strict=True)
    ]


def _changes(criteria: list[Criterion], before: AssessmentText, after: AssessmentText) -> list[Change]:
    nothing = (None, False, "")
    pairs = [(one, before.scores.get(one.code, nothing), after.scores.get(one.code, nothing)) for one in criteria]
    return [Change(one, old[:2], new[:2], old[2] != new[2]) for one, old, new in pairs if old != new]


def missing_answers(
    assessments: Iterable[Assessment], criteria: list[Criterion]
) -> dict[int, dict[str, str | Promise]]:
    """Assessment -> criterion code -> what is missing before it can be sent. One query for all of them."""
    keys = [assessment.pk for assessment in assessments]
    given: dict[tuple[int, int], Score] = {
        (score.assessment_id, score.criterion_id): score for score in Score.objects.filter(assessment__in=keys)
    }
    return {
        key: {
            criterion.code: problem
            for criterion in criteria
            if (problem := _missing(criterion, given.get((key, criterion.pk)))) is not None
        }
        for key in keys
    }


def _missing(criterion: Criterion, score: Score | None) -> str | Promise | None:
    if score is None or not score.is_answered:
        return _("Give a grade, or choose “cannot assess”.")
    if criterion.requires_reasons and not score.reason.strip():
        return _("Give your reasons.")
    return None


def get_assessment_for(user, slug: str, reference: str) -> Assessment:
    """The juror's standing assessment of a sketch. Raises Http404, also for one who has left the room.

    A juror who has not declared yet gets the row: the page then asks for the declaration and shows no content.
    """
    verdict = ImpartialityDeclaration.objects.filter(juror=OuterRef("juror"), sketch=OuterRef("sketch"))
    assessment = (
        Assessment.objects.standing()
        .filter(juror__user=user, juror__call__slug=slug, sketch__reference=reference)
        .filter(juror__state=JurorState.ACCEPTED)
        .select_related("juror", "sketch__call", "sketch__organisation", "version")
        .defer("version__canonical")
        .annotate(verdict=Subquery(verdict.values("verdict")))
        .first()
    )
    if assessment is None or assessment.verdict not in (None, Verdict.IMPARTIAL):
        raise Http404
    assessment.juror.call = assessment.sketch.call
    return assessment


def has_declared(assessment: Assessment) -> bool:
    """Whether the juror of an assessment got by `get_assessment_for` has declared: content comes after that."""
    return getattr(assessment, "verdict") == Verdict.IMPARTIAL  # noqa: B009 - an annotation, unknown to the type


def content_of(assessment: Assessment) -> list[Answered]:
    """The version that is assessed, question by question, for the juror's language. No query."""
    version = assessment.version
    return [
        section
        for section in answered(
            version.questions, version.answers, get_language() or assessment.sketch.language, files=version.files
        )
        if section.code != "title"
    ]


def get_attachment(assessment: Assessment, pk: int) -> Attachment:
    """A file of the pinned version, after the declaration. Raises Http404."""
    if not has_declared(assessment) or pk not in {file["id"] for file in assessment.version.files}:
        raise Http404
    return get_object_or_404(Attachment, pk=pk, sketch=assessment.sketch_id)


def others_grades(assessment: Assessment) -> list[list[tuple[str, int | None]]]:
    """Other jurors' final grades on the same sketch, nameless: per juror (criterion, grade or None).

    Hidden until all of the juror's own assessments are final.
    """
    if assessment.state != AssessmentState.FINAL:
        return []
    own = Assessment.objects.standing().filter(juror_id=assessment.juror_id)
    if own.exclude(state=AssessmentState.FINAL).exists():
        return []
    scores = (
        Score.objects.filter(assessment__sketch_id=assessment.sketch_id, assessment__state=AssessmentState.FINAL)
        .exclude(assessment__juror_id=assessment.juror_id)
        .select_related("criterion")
        .order_by("assessment", "criterion__order", "criterion")
    )
    found: dict[int, list[tuple[str, int | None]]] = {}
    for score in scores:
        found.setdefault(score.assessment_id, []).append((score.criterion.name, score.value))
    return list(found.values())
