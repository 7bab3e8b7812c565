"""What sketches are judged by: criteria with weights, and the scales their grades are given on."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call


class GradeScale(models.Model):
    """A scale of whole grades, each with a word for it."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="grade_scales")
    code = models.SlugField(max_length=40, default="default")
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("grade scale")
        verbose_name_plural = _("grade scales")
        constraints = [models.UniqueConstraint(fields=["call", "code"], name="scoring_scale_code_once")]

    def __str__(self) -> str:
        return self.code


class GradeLevel(models.Model):
    """One grade of a scale and its word."""

    scale = models.ForeignKey(GradeScale, on_delete=models.CASCADE, related_name="levels")
    value = models.SmallIntegerField(_("grade"))
    label = models.CharField(_("word"), max_length=80)

    class Meta:
        verbose_name = _("grade")
        verbose_name_plural = _("grades")
        ordering = ["-value"]
        constraints = [models.UniqueConstraint(fields=["scale", "value"], name="scoring_level_once")]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"


class Criterion(models.Model):
    """One assessment criterion of a call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    guide = models.TextField(_("guide"), max_length=2000, blank=True)
    weight = models.DecimalField(_("weight"), max_digits=6, decimal_places=2, validators=[MinValueValidator(0)])
    scale = models.ForeignKey(GradeScale, on_delete=models.PROTECT, related_name="criteria")
    allows_not_assessable = models.BooleanField(_("“cannot assess” is allowed"), default=True)
    requires_reasons = models.BooleanField(_("reasons are required"), default=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("assessment criterion")
        verbose_name_plural = _("assessment criteria")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "code"], name="scoring_criterion_code_once"),
            models.CheckConstraint(
                condition=models.Q(weight__gte=0),
                name="scoring_criterion_weight_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
