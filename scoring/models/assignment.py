"""Runs that decide who judges what, each with its parameters, its input's hash and the terms of every pair."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch
from scoring.enums import EditKind, Mark, RunState
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
    # What was told while it ran: [{"at": ISO 8601, "percent": 0 to 100, "message": text}, ...], the oldest first.
    log = models.JSONField(default=list)
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
    """One computation of a whole assignment. A draft until it is published; only one run of a call at a time.

    Several drafts may stand side by side. `base` is the draft that this one was made from; a repair changes as few of
    its pairs as possible. `publish_reason`: why it was published although it leaves something to be desired.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="assignment_runs")
    name = models.CharField(_("name of the draft"), max_length=80, blank=True)
    base = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_repair = models.BooleanField(default=False)
    publish_reason = models.TextField(max_length=2000, blank=True)
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
    by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("pair of an assignment")
        verbose_name_plural = _("pairs of an assignment")
        constraints = [models.UniqueConstraint(fields=["run", "sketch", "juror"], name="scoring_pair_once")]

    def __str__(self) -> str:
        return f"{self.sketch_id} × {self.juror_id}"


class PairMark(models.Model):
    """A juror and a sketch that the owner has locked together, or forbidden, in a draft and in those made from it."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.CASCADE, related_name="marks")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="+")
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="+")
    mark = models.CharField(max_length=10, choices=Mark.choices)

    class Meta:
        verbose_name = _("mark on a pair")
        verbose_name_plural = _("marks on pairs")
        constraints = [models.UniqueConstraint(fields=["run", "sketch", "juror"], name="scoring_mark_once")]

    def __str__(self) -> str:
        return f"{self.sketch_id} × {self.juror_id}: {self.mark}"


class AssignmentEdit(models.Model):
    """One change by hand of a draft: who, when, what and why. `replaced`: the juror who made room, in a swap."""

    run = models.ForeignKey(AssignmentRun, on_delete=models.CASCADE, related_name="edits")
    kind = models.CharField(max_length=10, choices=EditKind.choices)
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="+")
    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="+")
    replaced = models.ForeignKey(Juror, on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("change of an assignment by hand")
        verbose_name_plural = _("changes of an assignment by hand")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.sketch_id} × {self.juror_id}"
