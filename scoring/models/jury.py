"""The jury of a call."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Call, Topic
from scoring.enums import GRADING_ROLES, DeclineReason, JurorRole, JurorState, Sector, Seniority


class JurorQuerySet(models.QuerySet["Juror"]):
    def seated(self) -> JurorQuerySet:
        """Everybody who has said yes and has not been taken off the jury, in whatever part."""
        return self.filter(state=JurorState.ACCEPTED)

    def serving(self) -> JurorQuerySet:
        """Those of them who judge; a secretary or an observer does not."""
        return self.seated().filter(role__in=GRADING_ROLES)

    def of_user(self, user) -> JurorQuerySet:
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user)


class JurorFacts(models.Model):
    """What a group rule of the assignment may ask about, and nothing personal beyond it.

    A seat holds its own copy, as it was when the person was invited: an assignment can be computed again whatever has
    become of the pool. `languages`: codes of the languages in which the person judges; empty: not said.
    """

    sector = models.CharField(_("sector"), max_length=10, choices=Sector.choices, blank=True)
    seniority = models.CharField(_("experience"), max_length=12, choices=Seniority.choices, blank=True)
    region = models.CharField(_("region"), max_length=80, blank=True)
    languages = ArrayField(
        models.CharField(max_length=5, choices=settings.LANGUAGES),
        verbose_name=_("languages"),
        default=list,
        blank=True,
    )

    class Meta:
        abstract = True


class Juror(JurorFacts):
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
    # The last moment at which the invitation can be answered; None: as long as it stands.
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    # More time for this one person; it counts where it is later than the call's own day.
    extended_until = models.DateTimeField(_("may assess until"), null=True, blank=True, editable=False)
    extension_reason = models.TextField(_("why more time was given"), max_length=1000, blank=True, editable=False)
    decline_code = models.CharField(max_length=12, choices=DeclineReason.choices, blank=True, editable=False)
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

    @property
    def assess_until(self) -> dt.datetime | None:
        """The first instant at which this juror's grades are refused; None where the call names no day."""
        due = self.call.assessment_due_at
        return due if due is None or self.extended_until is None else max(due, self.extended_until)


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
