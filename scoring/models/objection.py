"""Agencies and the jury: whether its members are made known, and what is said against one of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch
from scoring.enums import ObjectionState, Verdict
from scoring.models.impartiality import ImpartialityReason
from scoring.models.jury import Juror


class JuryPublication(models.Model):
    """Whether everybody reads who sits in the jury of a call. A call without a row keeps it to itself."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="jury_publication")
    is_published = models.BooleanField(
        _("show the jury to everybody"),
        default=False,
        help_text=_("Name, part and employer of those who have accepted, on the page of the call."),
    )
    objections_until = models.DateField(
        _("objections until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which agencies may object to a juror, from the deadline on. "
            "Without a day they may until the assessment is completed."
        ),
    )
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("publication of a jury")
        verbose_name_plural = _("publications of juries")

    def __str__(self) -> str:
        return f"{self.call_id}"


class Objection(models.Model):
    """An agency says that a juror is not impartial to its sketch.

    The code and the outcome stay. What was written besides is there for the finding, and goes with it. `stood_*` is
    the declaration that the open objection suspends; it comes back where the objection is not upheld.
    """

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="objections")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="objections")
    reason = models.ForeignKey(ImpartialityReason, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    stood_verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    stood_at = models.DateTimeField(null=True)
    stood_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("objection to a juror")
        verbose_name_plural = _("objections to jurors")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["juror", "sketch"],
                condition=models.Q(state=ObjectionState.OPEN),
                name="scoring_one_open_objection",
            ),
            models.CheckConstraint(
                condition=models.Q(state=ObjectionState.OPEN, closed_at=None)
                | (~models.Q(state=ObjectionState.OPEN) & models.Q(closed_at__isnull=False, statement="")),
                name="scoring_closed_objection_tells_no_story",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id}:{self.sketch_id} {self.state}"
