"""What a ranking was computed from, kept as it was: so that anybody can compute it again, and ask what would change."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from scoring.models.aggregation import AggregationRun


class AggregationRecord(models.Model):
    """The input of one run, in the format of `python -m scoring.aggregation`. It names jurors by pseudonyms alone.

    jurors: {pseudonym: primary key}, for those who may know who it is.
    """

    run = models.OneToOneField(AggregationRun, on_delete=models.CASCADE, related_name="record")
    scores = models.TextField()
    criteria = models.JSONField()
    jurors = models.JSONField()

    class Meta:
        verbose_name = _("input of a ranking")
        verbose_name_plural = _("inputs of rankings")

    def __str__(self) -> str:
        return str(self.run_id)
