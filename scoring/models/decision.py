"""The jury recommends, the owner decides: two records, made by two roles, and two different people."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch
from scoring.enums import Outcome
from scoring.models.aggregation import AggregationRun


class Recommendation(models.Model):
    """The jury's recommendation. Cites the frozen ranking that it was made from."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="recommendation")
    run = models.ForeignKey(AggregationRun, on_delete=models.PROTECT, related_name="recommendations")
    reasons = models.TextField(_("the jury's reasons"), max_length=20000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")

    def __str__(self) -> str:
        return f"{self.call_id}"


class OutcomeItem(models.Model):
    """What is said of one sketch. Reasons are what the applicant will read."""

    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    shortlisted = models.BooleanField(_("shortlisted"), default=False)
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    reasons = models.TextField(_("reasons"), max_length=10000)

    class Meta:
        abstract = True


class RecommendationItem(OutcomeItem):
    """What the jury recommends for one sketch. A departure from the ranking carries its own reasons."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="items")
    sketch = models.ForeignKey(Sketch, on_delete=models.PROTECT, related_name="+")
    departure_reasons = models.TextField(_("reasons for departing from the ranking"), max_length=5000, blank=True)

    class Meta:
        verbose_name = _("recommended outcome")
        verbose_name_plural = _("recommended outcomes")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["recommendation", "sketch"], name="scoring_recommended_once")]

    def __str__(self) -> str:
        return f"{self.sketch_id}: {self.outcome}"


class Decision(models.Model):
    """The owner's decision on the whole call. All letters leave together, after it."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="decision")
    recommendation = models.OneToOneField(Recommendation, on_delete=models.PROTECT, related_name="decision")
    reasons = models.TextField(_("reasons for the decision"), max_length=20000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")

    def __str__(self) -> str:
        return f"{self.call_id}"


class DecisionItem(OutcomeItem):
    """What was decided for one sketch."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="items")
    sketch = models.OneToOneField(Sketch, on_delete=models.PROTECT, related_name="decision_item")

    class Meta:
        verbose_name = _("decided outcome")
        verbose_name_plural = _("decided outcomes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.sketch_id}: {self.outcome}"
