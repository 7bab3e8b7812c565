"""What an assignment of a call is to seek and to respect, before any draft is computed."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call
from scoring.enums import AssignmentPolicy, RuleAttribute

WEIGHT = [MinValueValidator(0), MaxValueValidator(100)]
VALUE = [MinValueValidator(0), MaxValueValidator(100)]


class AssignmentSettings(models.Model):
    """One row per call; a call without one has the defaults. A draft keeps the settings it was computed with.

    Weights count by their proportion. Values of wishes are per cent of a full fit. Empty loads leave what each juror
    has agreed to.
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="assignment_settings")
    jurors_per_sketch = models.PositiveSmallIntegerField(_("jurors per sketch"), null=True, blank=True)
    load_least = models.PositiveSmallIntegerField(_("least load"), null=True, blank=True)
    load_most = models.PositiveSmallIntegerField(_("most load"), null=True, blank=True)
    policy = models.CharField(
        _("objective"), max_length=20, choices=AssignmentPolicy.choices, default=AssignmentPolicy.OPTIMAL
    )
    max_loss = models.DecimalField(
        _("greatest loss of the total, in per cent"), max_digits=4, decimal_places=1, default=1, validators=VALUE
    )
    one_per_employer = models.BooleanField(_("no two jurors of one employer on a sketch"), default=True)
    require_connected = models.BooleanField(_("jurors and sketches must hang together"), default=False)
    weight_topics = models.PositiveSmallIntegerField(_("weight of topics"), default=60, validators=WEIGHT)
    weight_language = models.PositiveSmallIntegerField(_("weight of language"), default=15, validators=WEIGHT)
    weight_region = models.PositiveSmallIntegerField(_("weight of region"), default=5, validators=WEIGHT)
    weight_wishes = models.PositiveSmallIntegerField(_("weight of wishes"), default=20, validators=WEIGHT)
    wish_eager = models.PositiveSmallIntegerField(_("an eager juror"), default=100, validators=VALUE)
    wish_willing = models.PositiveSmallIntegerField(_("a willing juror"), default=75, validators=VALUE)
    wish_reluctant = models.PositiveSmallIntegerField(_("a reluctant juror"), default=0, validators=VALUE)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("settings of an assignment")
        verbose_name_plural = _("settings of assignments")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(load_least=None)
                | models.Q(load_most=None)
                | models.Q(load_least__lte=models.F("load_most")),
                name="scoring_assignment_load_bounds",
                violation_error_message=_("“At least” must not be more than “at most”."),
            ),
            models.CheckConstraint(
                condition=models.Q(weight_topics__gt=0)
                | models.Q(weight_language__gt=0)
                | models.Q(weight_region__gt=0)
                | models.Q(weight_wishes__gt=0),
                name="scoring_assignment_weights",
                violation_error_message=_("At least one weight must be more than nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}"


class GroupRule(models.Model):
    """How many jurors of a kind a sketch may or must have.

    value: the sector, language and so on that is meant; empty means each of them by itself (“at most two of any one
    sector”). most: empty means no upper limit.
    """

    settings = models.ForeignKey(AssignmentSettings, on_delete=models.CASCADE, related_name="rules")
    attribute = models.CharField(_("what is counted"), max_length=10, choices=RuleAttribute.choices)
    value = models.CharField(_("which"), max_length=60, blank=True)
    least = models.PositiveSmallIntegerField(_("at least"), default=0)
    most = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule about the jurors of a sketch")
        verbose_name_plural = _("rules about the jurors of a sketch")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["settings", "attribute", "value"], name="scoring_group_rule_once"),
            models.CheckConstraint(
                condition=models.Q(most=None) | models.Q(least__lte=models.F("most")),
                name="scoring_group_rule_bounds",
                violation_error_message=_("“At least” must not be more than “at most”."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attribute} {self.value}: {self.least}–{self.most}"
