"""The endorsement of a sketch by the top management of its lead applicant."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import EndorsementState


class Endorsement(models.Model):
    """One request to endorse a sketch, and its answer. The latest one of a sketch counts; a new one voids the old link.

    The endorser is a role with a mailbox, never a name, and has no account: the link, signed over `nonce`, is the
    right. `content_sha256` is what was endorsed or refused (competition.endorsing), `draft_revision` the draft's count
    then.
    """

    sketch = models.ForeignKey("competition.Sketch", on_delete=models.CASCADE, related_name="endorsements")
    role_title = models.CharField(_("role"), max_length=120)
    mailbox = models.EmailField(_("mailbox"))
    state = models.CharField(
        max_length=10, choices=EndorsementState.choices, default=EndorsementState.ASKED, editable=False
    )
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    draft_revision = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "expires_at"], name="competition_endorsement_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["sketch"], condition=models.Q(state="asked"), name="competition_endorsement_asked_once"
            )
        ]

    def __str__(self) -> str:
        return self.role_title

    def is_usable_at(self, now: dt.datetime) -> bool:
        return self.state == EndorsementState.ASKED and now < self.expires_at
