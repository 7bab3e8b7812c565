"""A juror's grades: saving them piece by piece, sending them, taking them back while the assessment runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.characters import normalise_text, units
from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit, clock
from scoring.enums import ASSESSMENT_TRANSITIONS, AssessmentState, Verdict
from scoring.errors import AssessmentText, Disqualified, StaleAssessment
from scoring.models import Assessment, Criterion, Juror, Score, TakenBack
from scoring.selectors import assessments as selectors
from scoring.services.impartiality import block_automatically
from scoring.services.periods import hold_period

REASON_LENGTH = 5000
COMMENT_LENGTH = 10000


@dataclass(frozen=True)
class ScoreInput:
    """What is said on one criterion: a grade, or “cannot assess”, or neither yet."""

    value: int | None = None
    not_assessable: bool = False
    reason: str = ""


@transaction.atomic
def save_assessment(
    *,
    by: User,
    assessment: Assessment,
    scores: Mapping[str, ScoreInput],
    comment: str = "",
    private_note: str = "",
    expected_revision: int | None = None,
) -> Assessment:
    """Save what has been filled in so far; criteria that `scores` (code -> input) does not name stay as they are.

    Raises NotAllowed, OutsidePeriod (the database's clock), Refused (already sent), InvalidInput (code -> message), and
    StaleAssessment when `expected_revision` is not the stored one and the text differs: nothing is laid over silently.
    """
    assessment = _lock(by, assessment)
    if assessment.state == AssessmentState.FINAL:
        raise Refused(_("This assessment has been sent. Reopen it before you change it."))
    criteria = selectors.criteria_of(assessment.sketch.call)
    stored = selectors.text_of(assessment)
    cleaned = _clean(criteria, scores, comment, private_note)
    sent = _merge(stored, cleaned, comment, private_note)
    if sent == stored:
        return assessment  # the same once more: a repeated request, not a change
    if expected_revision is not None and expected_revision != assessment.revision:
        raise StaleAssessment(theirs=stored, mine=sent, revision=assessment.revision)
    _store_scores(assessment, criteria, cleaned)
    if assessment.state == AssessmentState.ASSIGNED:
        audit.record(
            call=assessment.sketch.call, action="scoring.start_assessment", by=by, sketch=assessment.sketch.reference
        )
        assessment.started_at = clock.database_now()
    _move(assessment, AssessmentState.STARTED)
    assessment.comment, assessment.private_note = sent.comment, sent.private_note
    assessment.revision = assessment.revision + 1
    assessment.save(update_fields=["state", "started_at", "comment", "private_note", "revision", "updated_at"])
    return assessment


@transaction.atomic
def finalise(*, by: User, assessment: Assessment) -> Assessment:
    """Send one assessment: every criterion answered, with reasons where they are required.

    Raises InvalidInput (criterion code -> what is missing), NotAllowed, OutsidePeriod. Sending twice changes nothing.
    """
    assessment = _lock(by, assessment)
    if assessment.state == AssessmentState.FINAL:
        return assessment
    missing = selectors.missing_answers([assessment], selectors.criteria_of(assessment.sketch.call))[assessment.pk]
    if missing:
        raise InvalidInput(missing)
    _move(assessment, AssessmentState.FINAL)
    assessment.finalised_at = clock.database_now()
    assessment.revision = assessment.revision + 1
    assessment.save(update_fields=["state", "finalised_at", "revision", "updated_at"])
    audit.record(call=assessment.sketch.call, action="scoring.finalise", by=by, sketch=assessment.sketch.reference)
    return assessment


@transaction.atomic
def finalise_all(*, by: User, juror: Juror) -> int:
    """Send everything the juror has been given, all or nothing. Returns how many were sent now.

    Raises InvalidInput (sketch reference -> what is missing).
    """
    require("scoring.act_as_juror", by, juror)
    juror.refresh_from_db(fields=["extended_until"])
    now = hold_period(juror)
    block_automatically(call=juror.call, jurors=[juror])
    open_ones = list(
        Assessment.objects.select_for_update(of=("self",))
        .filter(juror=juror, state__in=(AssessmentState.ASSIGNED, AssessmentState.STARTED))
        .select_related("sketch")
        .order_by("pk")
    )
    undeclared = _require_declared(juror, open_ones)
    if undeclared:
        raise InvalidInput(dict.fromkeys(undeclared, _("Declare first whether you are impartial.")))
    missing = selectors.missing_answers(open_ones, selectors.criteria_of(juror.call))
    errors: dict[str, str | Promise] = {
        a.sketch.reference: _("Not every criterion is answered.") for a in open_ones if missing[a.pk]
    }
    if errors:
        raise InvalidInput(errors)
    sent = Assessment.objects.filter(pk__in=[a.pk for a in open_ones]).update(
        state=AssessmentState.FINAL, finalised_at=now, revision=F("revision") + 1
    )
    if sent:
        audit.record(call=juror.call, action="scoring.finalise", by=by, assessments=sent)
    return sent


@transaction.atomic
def reopen(*, by: User, assessment: Assessment) -> Assessment:
    """Take an assessment back to change it, while the assessment runs. Logged; what was sent is kept."""
    assessment = _lock(by, assessment)
    if assessment.state != AssessmentState.FINAL:
        raise Refused(_("This assessment has not been sent."))
    said = selectors.text_of(assessment)
    TakenBack.objects.create(
        assessment=assessment,
        grades=said.scores,
        comment=said.comment,
        sent_at=assessment.finalised_at,
        at=clock.database_now(),
    )
    _move(assessment, AssessmentState.STARTED)
    assessment.finalised_at = None
    assessment.revision = assessment.revision + 1
    assessment.save(update_fields=["state", "finalised_at", "revision", "updated_at"])
    audit.record(call=assessment.sketch.call, action="scoring.reopen", by=by, sketch=assessment.sketch.reference)
    return assessment


def _lock(by: User, assessment: Assessment) -> Assessment:
    """The row as it is now, held for writing, if it is this person's and the assessment runs."""
    locked = (
        Assessment.objects.select_for_update(of=("self",)).select_related("juror__user", "sketch").get(pk=assessment.pk)
    )
    locked.sketch.call = locked.juror.call = assessment.sketch.call
    require("scoring.assess", by, locked)
    hold_period(locked.juror)
    return locked


def _require_declared(juror: Juror, assessments: list[Assessment]) -> list[str]:
    """Content comes after the declaration: no grade without “impartial” on record.

    Returns references of sketches that the juror has yet to declare for; raises Disqualified where one is kept out.
    """
    declared = juror.declarations.filter(sketch__in=[assessment.sketch_id for assessment in assessments])
    verdicts = dict(declared.values_list("sketch", "verdict"))
    if set(verdicts.values()) - {Verdict.IMPARTIAL}:
        raise Disqualified
    return [assessment.sketch.reference for assessment in assessments if assessment.sketch_id not in verdicts]


def _move(assessment: Assessment, state: AssessmentState) -> None:
    if state not in ASSESSMENT_TRANSITIONS[AssessmentState(assessment.state)]:
        raise Refused(_("This is not possible in the present state."))
    assessment.state = state


def _clean(
    criteria: list[Criterion], scores: Mapping[str, ScoreInput], comment: str, private_note: str
) -> dict[str, tuple[int | None, bool, str]]:
    """code -> (grade, cannot assess, reasons), checked against the scale of each criterion."""
    by_code = {criterion.code: criterion for criterion in criteria}
    errors, cleaned = {}, {}
    for code, given in scores.items():
        problem = _score_problem(by_code.get(code), given)
        if problem:
            errors[code] = problem
        cleaned[code] = (given.value, given.not_assessable, given.reason)
    for field, text in (("comment", comment), ("private_note", private_note)):
        problem = _text_problem(text, COMMENT_LENGTH)
        if problem:
            errors[field] = problem
    if errors:
        raise InvalidInput(errors)
    return cleaned


def _score_problem(criterion: Criterion | None, given: ScoreInput):
    if criterion is None:
        return _("There is no such criterion in this call.")
    if given.value is not None and given.not_assessable:
        return _("Give a grade or choose “cannot assess”, not both.")
    if given.value is not None and given.value not in {level.value for level in criterion.scale.levels.all()}:
        return _("This grade is not on the scale.")
    if given.not_assessable and not criterion.allows_not_assessable:
        return _("This criterion must be graded.")
    return _text_problem(given.reason, REASON_LENGTH)


def _text_problem(text: str, limit: int):
    """Length as the field's counter has it."""
    if "\x00" in text:
        return _("The text contains a character that cannot be stored.")
    length = units(normalise_text(text))
    if length > limit:
        return _("The text is too long: at most %(limit)s characters, now %(length)s.") % {
            "limit": limit,
            "length": length,
        }
    return None


def _merge(
    stored: AssessmentText, cleaned: dict[str, tuple[int | None, bool, str]], comment: str, private_note: str
) -> AssessmentText:
    """What would be stored: a criterion without grade, refusal or reasons is the same as no row."""
    merged = {**stored.scores, **{code: (v, n, r.replace("\r\n", "\n")) for code, (v, n, r) in cleaned.items()}}
    return AssessmentText(
        scores={code: said for code, said in merged.items() if said != (None, False, "")},
        comment=comment.replace("\r\n", "\n"),
        private_note=private_note.replace("\r\n", "\n"),
    )


def _store_scores(
    assessment: Assessment, criteria: list[Criterion], cleaned: dict[str, tuple[int | None, bool, str]]
) -> None:
    """One statement for all rows."""
    key_of = {criterion.code: criterion.pk for criterion in criteria}
    Score.objects.bulk_create(
        (
            Score(
                assessment=assessment,
                criterion_id=key_of[code],
                value=value,
                not_assessable=not_assessable,
                reason=reason.replace("\r\n", "\n"),
            )
            for code, (value, not_assessable, reason) in cleaned.items()
        ),
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["value", "not_assessable", "reason"],
    )
