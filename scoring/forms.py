"""Parses what jurors type. What it means is the services' business."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from scoring.errors import AssessmentText
from scoring.models import Assessment, Criterion
from scoring.services.assessments import COMMENT_LENGTH, REASON_LENGTH, ScoreInput

CANNOT_ASSESS = "na"


@dataclass(frozen=True)
class Grade:
    """One radio of a rubric."""

    value: str
    digit: str
    word: str
    checked: bool


@dataclass(frozen=True)
class RubricLine:
    """One criterion of the form, with what another window stored where the two differ."""

    criterion: Criterion
    share: float
    name: str
    grades: list[Grade]
    grade_errors: list[str]
    reason: forms.BoundField
    stored: tuple[int | None, bool, str] | None = None


class AssessmentForm(forms.Form):
    """A rubric: per criterion a grade or “cannot assess”, and reasons; then a comment and a private note."""

    comment = forms.CharField(
        label=_("Overall reasons"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What decides it. The jury meeting and the letter to the applicant build on this."),
    )
    private_note = forms.CharField(
        label=_("Private note"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Only you see it."),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    reason_limit = REASON_LENGTH
    comment_limit = COMMENT_LENGTH

    def __init__(self, data=None, *, assessment: Assessment, criteria: list[Criterion], stored: AssessmentText | None):
        self.criteria = criteria
        stored = stored or AssessmentText()
        initial = {"comment": stored.comment, "private_note": stored.private_note, "revision": assessment.revision}
        for code, (value, not_assessable, reason) in stored.scores.items():
            initial[f"grade-{code}"] = CANNOT_ASSESS if not_assessable else "" if value is None else str(value)
            initial[f"reason-{code}"] = reason
        super().__init__(data, initial=initial)
        for criterion in criteria:
            choices = [(str(level.value), level.label) for level in criterion.scale.levels.all()]
            if criterion.allows_not_assessable:
                choices.append((CANNOT_ASSESS, _("Cannot assess")))
            self.fields[f"grade-{criterion.code}"] = forms.ChoiceField(
                label=criterion.name, choices=choices, required=False
            )
            self.fields[f"reason-{criterion.code}"] = forms.CharField(
                label=_("Reasons (required)") if criterion.requires_reasons else _("Reasons"),
                required=False,
                strip=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def scores(self) -> dict[str, ScoreInput]:
        """What was said on each criterion, for the service."""
        return {
            criterion.code: ScoreInput(
                value=int(grade) if grade and grade != CANNOT_ASSESS else None,
                not_assessable=grade == CANNOT_ASSESS,
                reason=self.cleaned_data[f"reason-{criterion.code}"],
            )
            for criterion in self.criteria
            for grade in [self.cleaned_data[f"grade-{criterion.code}"]]
        }

    def rubric(self, theirs: AssessmentText | None = None, mine: AssessmentText | None = None) -> list[RubricLine]:
        """The lines to show; `theirs` is what another window stored, `mine` what was sent now."""
        total = sum(criterion.weight for criterion in self.criteria)
        return [
            RubricLine(
                criterion=criterion,
                share=float(100 * criterion.weight / total) if total else 0.0,
                name=f"grade-{criterion.code}",
                grades=self._grades(criterion),
                grade_errors=[str(error) for error in self.errors.get(f"grade-{criterion.code}", [])],
                reason=self[f"reason-{criterion.code}"],
                stored=_difference(criterion.code, theirs, mine),
            )
            for criterion in self.criteria
        ]

    def _grades(self, criterion: Criterion) -> list[Grade]:
        name = f"grade-{criterion.code}"
        chosen = str(self[name].value() or "")
        return [
            Grade(value=value, digit="–" if value == CANNOT_ASSESS else value, word=word, checked=value == chosen)
            for value, word in self.fields[name].choices
        ]

    def add_refusal(self, refused: InvalidInput) -> None:
        """A criterion's message goes to its grade, or to its reasons where the text is at fault."""
        for code, message in refused.errors.items():
            text = self.cleaned_data.get(f"reason-{code}", "")
            at_text = len(text) > REASON_LENGTH // 2 or "\x00" in text
            for name in (f"reason-{code}" if at_text else f"grade-{code}", code):
                if name in self.fields:
                    self.add_error(name, message)
                    break


def _difference(code: str, theirs: AssessmentText | None, mine: AssessmentText | None):
    if theirs is None or mine is None:
        return None
    stored = theirs.scores.get(code, (None, False, ""))
    return stored if stored != mine.scores.get(code, (None, False, "")) else None
