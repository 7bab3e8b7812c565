"""Impartiality: a declaration per juror and sketch, made before the juror sees more than title and applicants."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Sketch
from scoring.enums import TieSource, Verdict
from scoring.models.jury import Juror


class ImpartialityReason(models.Model):
    """A reason code with the law it rests on. Data, because the law changes and differs by country."""

    code = models.SlugField(max_length=40, unique=True)
    order = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("text"), max_length=300)
    references = models.JSONField(default=dict, help_text=_("Section of the law, by country code."))
    blocks = models.BooleanField(
        _("disqualifies"),
        default=True,
        help_text=_("Otherwise the jury chair makes a written finding."),
    )

    class Meta:
        verbose_name = _("reason for disqualification")
        verbose_name_plural = _("reasons for disqualification")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text


class ImpartialityDeclaration(models.Model):
    """Only the code is stored, never the story behind it."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="declarations")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="declarations")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    reason = models.ForeignKey(
        ImpartialityReason,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    automatic = models.BooleanField(default=False)
    source = models.CharField(_("found by"), max_length=12, choices=TieSource.choices, blank=True)
    # {what identifies an organisation: its name} of those behind the sketch when this was said. None: not known.
    known_parties = models.JSONField(null=True)
    finding = models.TextField(_("finding"), max_length=2000, blank=True)
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("declaration of impartiality")
        verbose_name_plural = _("declarations of impartiality")
        constraints = [
            models.UniqueConstraint(fields=["juror", "sketch"], name="scoring_declaration_once"),
            models.CheckConstraint(
                condition=models.Q(verdict=Verdict.IMPARTIAL, reason=None)
                | (~models.Q(verdict=Verdict.IMPARTIAL) & models.Q(reason__isnull=False)),
                name="scoring_declaration_reason_when_not_impartial",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id}:{self.sketch_id} {self.verdict}"


class LapsedDeclaration(models.Model):
    """An earlier “impartial” that no longer holds, because others have come to stand behind the sketch since."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="lapsed_declarations")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="lapsed_declarations")
    known_parties = models.JSONField(default=dict)
    declared_at = models.DateTimeField()
    lapsed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lapsed declaration")
        verbose_name_plural = _("lapsed declarations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.juror_id}:{self.sketch_id}"
