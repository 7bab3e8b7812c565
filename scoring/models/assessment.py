"""A juror's assessment of a sketch: one row per criterion, “cannot assess” is NULL and never zero."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Sketch, SketchVersion
from scoring.enums import AssessmentState
from scoring.models.assignment import AssignmentRun
from scoring.models.criterion import Criterion
from scoring.models.jury import Juror


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def standing(self) -> AssessmentQuerySet:
        """Everything but the voided ones."""
        return self.exclude(state=AssessmentState.VOID)

    def final(self) -> AssessmentQuerySet:
        return self.filter(state=AssessmentState.FINAL)


class Assessment(models.Model):
    """One juror's work on one sketch. The version is pinned when the work is handed out."""

    sketch = models.ForeignKey(Sketch, on_delete=models.PROTECT, related_name="assessments")
    juror = models.ForeignKey(Juror, on_delete=models.PROTECT, related_name="assessments")
    version = models.ForeignKey(SketchVersion, on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey(AssignmentRun, on_delete=models.PROTECT, null=True, related_name="assessments")
    state = models.CharField(
        max_length=10,
        choices=AssessmentState.choices,
        default=AssessmentState.ASSIGNED,
        editable=False,
    )
    # Counts saves; a save made from an older page is told, never silently laid over a newer one.
    revision = models.PositiveIntegerField(default=0)
    comment = models.TextField(_("overall reasons"), max_length=10000, blank=True)
    private_note = models.TextField(_("private note"), max_length=10000, blank=True)
    position = models.PositiveIntegerField(default=0, help_text=_("Place in the juror's own stable order."))
    assigned_at = models.DateTimeField(auto_now_add=True)
    # The first thing written; with the last one it tells how long a sketch takes.
    started_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)
    finalised_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sketch", "juror"],
                condition=~models.Q(state=AssessmentState.VOID),
                name="scoring_assessment_once",
            )
        ]
        indexes = [models.Index(fields=["juror", "state"], name="scoring_assessment_juror_state")]

    def __str__(self) -> str:
        return f"{self.sketch_id} × {self.juror_id}"


class Score(models.Model):
    """The grade on one criterion."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.SmallIntegerField(_("grade"), null=True, blank=True)
    not_assessable = models.BooleanField(_("cannot assess"), default=False)
    reason = models.TextField(_("reasons"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("grade given")
        verbose_name_plural = _("grades given")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="scoring_score_once"),
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(not_assessable=False),
                name="scoring_score_not_both",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.criterion_id}: {self.value}"

    @property
    def is_answered(self) -> bool:
        return self.value is not None or self.not_assessable


class TakenBack(models.Model):
    """What an assessment said when it was sent, kept when its juror takes it back. Never changed.

    `grades`: criterion code -> [grade or null, cannot assess, reasons].
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="taken_back")
    grades = models.JSONField()
    comment = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("assessment taken back")
        verbose_name_plural = _("assessments taken back")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.at:%Y-%m-%d}"
