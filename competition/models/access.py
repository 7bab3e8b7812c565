"""Who may write in a call beside the rule for everybody: invitation codes, and exceptions for one agency."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.models.call import Call


class InvitationCode(models.Model):
    """A code that lets organisations into a call that is not open to everybody."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="invitation_codes")
    code = models.CharField(_("code"), max_length=20, unique=True)
    label = models.CharField(_("for whom"), max_length=200, blank=True)
    uses_at_most = models.PositiveIntegerField(
        _("uses, at most"),
        null=True,
        blank=True,
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("How many organisations may use it; empty: any number."),
    )
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("invitation code")
        verbose_name_plural = _("invitation codes")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.code


class CodeRedemption(models.Model):
    """An organisation that has used a code: it may write in the call."""

    invitation_code = models.ForeignKey(InvitationCode, on_delete=models.PROTECT, related_name="redemptions")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="code_redemptions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="code_redemptions")
    redeemed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    redeemed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("use of an invitation code")
        verbose_name_plural = _("uses of invitation codes")
        ordering = ["redeemed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "organisation"], name="competition_redemption_once"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_code} {self.organisation}"


class AccessExceptionQuerySet(models.QuerySet["AccessException"]):
    def standing(self) -> AccessExceptionQuerySet:
        return self.filter(revoked_at=None)

    def running_late(self, now: dt.datetime) -> AccessExceptionQuerySet:
        """Those by which somebody may still hand in after the deadline."""
        return self.standing().filter(closes_at__gt=Greatest("call__deadline", models.Value(now)))


class AccessException(models.Model):
    """One agency may begin earlier, or hand in later, than everybody else. The reason is public.

    opens_at: from when it may write and hand in, before the call opens. closes_at: until when, after the deadline.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="access_exceptions")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="access_exceptions", verbose_name=_("organisation")
    )
    opens_at = models.DateTimeField(_("may begin at"), null=True, blank=True)
    closes_at = models.DateTimeField(_("may hand in until"), null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects = AccessExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception for one agency")
        verbose_name_plural = _("exceptions for one agency")
        ordering = ["granted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"],
                condition=models.Q(revoked_at=None),
                name="competition_exception_once",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=False) | models.Q(closes_at__isnull=False),
                name="competition_exception_is_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
