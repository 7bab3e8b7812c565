"""Runs that decide who judges what, each with its parameters, its input's hash and the terms of every pair."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch
from scoring.enums import RunState
from scoring.models.jury import Juror


class Run(models.Model):
    """What the runs of both Celery jobs have in common: the same input and seed give the same result."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    parameters = models.JSONField(default=dict)
    seed = models.PositiveBigIntegerField(default=0)
    input_sha256 = models.CharField(max_length=64, blank=True)
    program = models.CharField(max_length=120, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    message = models.CharField(max_length=300, blank=True)
    metrics = models.JSONField(default=dict)
    failure = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.FAILED)


class AssignmentRun(Run):
    """One computation of a whole assignment. A draft until it is published; only one run of a call at a time."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="assignment_runs")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("assignment run")
        verbose_name_plural = _("assignment runs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=models.Q(state__in=[RunState.QUEUED, RunState.RUNNING]),
                name="scoring_one_assignment_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return str(self.key)


class AssignmentPair(models.Model):
    """One juror on one sketch in one run, with the terms that made the pair."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.CASCADE, related_name="pairs")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="+")
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="+")
    affinity = models.FloatField()
    terms = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("pair of an assignment")
        verbose_name_plural = _("pairs of an assignment")
        constraints = [models.UniqueConstraint(fields=["run", "sketch", "juror"], name="scoring_pair_once")]

    def __str__(self) -> str:
        return f"{self.sketch_id} × {self.juror_id}"
