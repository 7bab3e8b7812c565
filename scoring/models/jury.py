"""The jury of a call."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Call, Topic
from scoring.enums import JurorRole, JurorState


class JurorQuerySet(models.QuerySet["Juror"]):
    def serving(self) -> JurorQuerySet:
        """Jurors who have said yes and have not been taken off the jury."""
        return self.filter(state=JurorState.ACCEPTED)

    def of_user(self, user) -> JurorQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user)


class Juror(models.Model):
    """One person's seat in the jury of one call."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="jurors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jury_seats")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("employer"),
        help_text=_("Jurors never see sketches of their own employer."),
    )
    role = models.CharField(_("role"), max_length=10, choices=JurorRole.choices, default=JurorRole.JUROR)
    state = models.CharField(
        max_length=10,
        choices=JurorState.choices,
        default=JurorState.INVITED,
        editable=False,
    )
    load_min = models.PositiveSmallIntegerField(_("sketches at least"), default=0)
    load_max = models.PositiveSmallIntegerField(_("sketches at most"), default=20)
    # The invitation's link is signed over this: a new nonce makes old links void.
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    invited_at = models.DateTimeField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    decline_reason = models.TextField(_("reason for declining"), max_length=2000, blank=True)
    topics: models.ManyToManyField = models.ManyToManyField(Topic, through="JurorTopic", related_name="+")

    objects = JurorQuerySet.as_manager()

    class Meta:
        verbose_name = _("juror")
        verbose_name_plural = _("jurors")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="scoring_juror_once"),
            models.CheckConstraint(
                condition=models.Q(load_min__lte=models.F("load_max")),
                name="scoring_juror_load_bounds",
                violation_error_message=_("“At least” must not be more than “at most”."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class JurorTopic(models.Model):
    """How well a juror knows a topic, from 0 to 1."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="topic_strengths")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    strength = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )

    class Meta:
        verbose_name = _("juror's topic")
        verbose_name_plural = _("juror's topics")
        constraints = [models.UniqueConstraint(fields=["juror", "topic"], name="scoring_juror_topic_once")]

    def __str__(self) -> str:
        return f"{self.juror_id}:{self.topic_id}"
