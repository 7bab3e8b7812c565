"""Runs that turn grades into a ranking. A recommendation cites one frozen run."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch
from scoring.enums import RunState
from scoring.models.assignment import Run


class AggregationRun(Run):
    """One computation of a ranking from the final assessments of a call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="aggregation_runs")
    frozen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("aggregation run")
        verbose_name_plural = _("aggregation runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=models.Q(state__in=[RunState.QUEUED, RunState.RUNNING]),
                name="scoring_one_aggregation_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class RankingRow(models.Model):
    """One sketch in one ranking. Means are on the scale of the grades; intervals are of ranks, which count from 1."""

    run = models.ForeignKey(AggregationRun, on_delete=models.CASCADE, related_name="rows")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="+")
    rank = models.PositiveIntegerField(null=True, help_text=_("Empty when there are too few grades."))
    mean = models.FloatField(null=True)
    median = models.FloatField(null=True)
    calibrated = models.FloatField(null=True)
    expected_rank = models.FloatField(null=True)
    p_top = models.FloatField(null=True)
    interval50_low = models.FloatField(null=True)
    interval50_high = models.FloatField(null=True)
    interval90_low = models.FloatField(null=True)
    interval90_high = models.FloatField(null=True)
    spread = models.FloatField(null=True)
    assessments = models.PositiveSmallIntegerField(default=0)
    tie_group = models.BooleanField(default=False, help_text=_("Cannot be told apart from the last one in."))
    criterion_means = models.JSONField(default=dict)
    flags = models.JSONField(default=list)

    class Meta:
        verbose_name = _("row of a ranking")
        verbose_name_plural = _("rows of a ranking")
        ordering = ["rank", "sketch_id"]
        constraints = [models.UniqueConstraint(fields=["run", "sketch"], name="scoring_ranking_row_once")]

    def __str__(self) -> str:
        return f"{self.rank}: {self.sketch_id}"
