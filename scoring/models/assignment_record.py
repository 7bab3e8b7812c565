"""What a run was computed from, kept as it was: so that its reasons stay true, and anybody can compute it again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.assignment import AssignmentRun


class AssignmentRecord(models.Model):
    """The problem of one run: see `scoring.assignment.io.problem_bytes`. Its ids are primary keys."""

    run = models.OneToOneField(AssignmentRun, on_delete=models.CASCADE, related_name="record")
    problem = models.BinaryField()

    class Meta:
        verbose_name = _("input of an assignment")
        verbose_name_plural = _("inputs of assignments")

    def __str__(self) -> str:
        return str(self.run_id)
