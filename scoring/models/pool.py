"""A programme's standing pool of jurors, and whom others suggest for a jury."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models import Call, Programme, Topic
from scoring.enums import PoolState, SuggestionState
from scoring.models.jury import Juror, JurorFacts

CAPACITY_AT_MOST = 1000


class JurorProfile(JurorFacts):
    """Somebody whom a programme may ask to judge. The person sees it, corrects it, and can leave.

    There is no column for notes: what is not said to a person's face is not kept about them.
    """

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="juror_profiles")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="juror_profiles")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("employer")
    )
    # An employer that is not registered here cannot be compared with applicants; its name is still worth knowing.
    employer = models.CharField(_("employer's name"), max_length=200, blank=True)
    capacity = models.PositiveSmallIntegerField(
        _("sketches in a call at most"),
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(CAPACITY_AT_MOST)],
    )
    state = models.CharField(_("state"), max_length=10, choices=PoolState.choices, default=PoolState.ACTIVE)
    added_at = models.DateTimeField(editable=False)
    # When the person last saw to it that the profile is right; None: never.
    confirmed_at = models.DateTimeField(null=True, editable=False)
    # Counts every change, so that the juror and the programme do not overwrite each other unknowingly.
    revision = models.PositiveIntegerField(default=0, editable=False)
    topics: models.ManyToManyField = models.ManyToManyField(Topic, through="JurorProfileTopic", related_name="+")

    class Meta:
        verbose_name = _("juror in a pool")
        verbose_name_plural = _("jurors in a pool")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="scoring_profile_once"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="scoring_profile_capacity"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class JurorProfileTopic(models.Model):
    """How well somebody in the pool knows a topic, from 0 to 1."""

    profile = models.ForeignKey(JurorProfile, on_delete=models.CASCADE, related_name="topic_strengths")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")
    strength = models.DecimalField(
        max_digits=3, decimal_places=2, default=1, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )

    class Meta:
        verbose_name = _("topic of a juror in a pool")
        verbose_name_plural = _("topics of a juror in a pool")
        constraints = [models.UniqueConstraint(fields=["profile", "topic"], name="scoring_profile_topic_once")]

    def __str__(self) -> str:
        return f"{self.profile_id}:{self.topic_id}"


class JurorSuggestion(models.Model):
    """Somebody whom an invited person would ask instead. Nobody is written to because of it.

    Name and address are another person's: they go when the suggestion is answered. That there was one stays.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="juror_suggestions")
    made_for = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="suggestions")
    name = models.CharField(_("name"), max_length=120, blank=True)
    part = models.CharField(_("position and employer"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    state = models.CharField(max_length=10, choices=SuggestionState.choices, default=SuggestionState.OPEN)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("suggested juror")
        verbose_name_plural = _("suggested jurors")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=SuggestionState.OPEN, closed_at=None)
                | (~models.Q(state=SuggestionState.OPEN) & models.Q(closed_at__isnull=False, name="", email="")),
                name="scoring_closed_suggestion_names_nobody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.state}"
