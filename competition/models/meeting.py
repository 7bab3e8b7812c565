"""Information meetings about a call, and who comes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import RegistrationState
from competition.models.call import Call


class InformationMeeting(models.Model):
    """One meeting: in a place, online, or both. Instants are stored in UTC and shown in the call's zone."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="meetings")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # calendars know the meeting by it
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("about the meeting"), max_length=2000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(
        _("link to the meeting"), blank=True, help_text=_("Shown only to those who have registered.")
    )
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as want to come. Further ones are put on a waiting list."),
    )
    registration_until = models.DateTimeField(_("registration until"), null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_reason = models.TextField(_("reason for cancelling"), max_length=2000, blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("information meeting")
        verbose_name_plural = _("information meetings")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="competition_meeting_begins_before_it_ends",
                violation_error_message=_("The meeting must end after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MeetingRegistration(models.Model):
    """One person's place, or place in the queue for one: `queued_at` says in which order."""

    meeting = models.ForeignKey(InformationMeeting, on_delete=models.CASCADE, related_name="registrations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="meeting_registrations")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=RegistrationState.choices)
    queued_at = models.DateTimeField(_("registered"))

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["queued_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "user"], name="competition_registration_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_state_display()})"
