"""Work that a juror gives back: one sketch, or the whole task."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Sketch
from scoring.enums import GiveBackReason
from scoring.models.jury import Juror


class GivenBack(models.Model):
    """A juror does not go on with a sketch, or, where there is none, with any. Ties are declared and not given back."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="given_back")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, null=True, blank=True, related_name="given_back")
    reason = models.CharField(_("reason"), max_length=12, choices=GiveBackReason.choices)
    note = models.TextField(_("to the jury secretary"), max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("work given back")
        verbose_name_plural = _("work given back")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["juror", "sketch"], name="scoring_given_back_once")]

    def __str__(self) -> str:
        return f"{self.juror_id}:{self.sketch_id} {self.reason}"
