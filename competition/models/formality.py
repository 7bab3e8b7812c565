"""The formal check of a sketch: what was found, condition by condition, and dismissals that two people agree on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import FormalCondition, FormalVerdict
from competition.models.sketch import Sketch

NOTE_LENGTH = 2000
REASON_LENGTH = 5000


class FormalCheck(models.Model):
    """Where the formal check of one sketch stands. Made when somebody takes it or writes the first finding."""

    sketch = models.OneToOneField(Sketch, on_delete=models.CASCADE, related_name="formal_check")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("case officer"),
    )
    # Counts every change of the findings, so that two officers do not overwrite each other unknowingly.
    revision = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("formal check")
        verbose_name_plural = _("formal checks")

    def __str__(self) -> str:
        return str(self.sketch_id)


class FormalFinding(models.Model):
    """Whether a sketch meets one condition. `note` is for the owner's side only."""

    formal_check = models.ForeignKey(FormalCheck, on_delete=models.CASCADE, related_name="findings")
    condition = models.CharField(_("condition"), max_length=12, choices=FormalCondition.choices)
    verdict = models.CharField(_("finding"), max_length=8, choices=FormalVerdict.choices)
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)
    # The version it was found in: one handed in later, by an exception, is to be looked at again.
    version = models.PositiveSmallIntegerField(_("version"))
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    found_at = models.DateTimeField()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["formal_check", "condition"]
        constraints = [
            models.UniqueConstraint(fields=["formal_check", "condition"], name="competition_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.formal_check_id} {self.condition}: {self.verdict}"


class DismissalProposal(models.Model):
    """One person's proposal to dismiss a sketch. It takes effect when another person confirms it."""

    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="dismissal_proposals")
    reason = models.TextField(_("reason for dismissal"), max_length=REASON_LENGTH)
    version = models.PositiveSmallIntegerField(_("version"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)
    refusal = models.TextField(_("why not"), max_length=NOTE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("proposal to dismiss")
        verbose_name_plural = _("proposals to dismiss")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sketch"], condition=models.Q(settled_at=None), name="competition_dismissal_open_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed=True, settled_by=models.F("proposed_by")),
                name="competition_dismissal_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None, confirmed=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False, confirmed__isnull=False),
                name="competition_dismissal_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sketch_id}: {self.proposed_at:%Y-%m-%d}"
