"""Organisations that stand behind a sketch beside its lead applicant, once they have said so themselves."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import Country
from accounts.models import Organisation
from competition.enums import CoApplicantRole, CoApplicantState


class CoApplicantQuerySet(models.QuerySet["CoApplicant"]):
    def confirmed(self) -> CoApplicantQuerySet:
        """Those who stand behind their sketches now."""
        return self.filter(state=CoApplicantState.CONFIRMED)

    def invited(self) -> CoApplicantQuerySet:
        """Those who have not answered."""
        return self.filter(state=CoApplicantState.INVITED)

    def tied(self) -> CoApplicantQuerySet:
        """Organisations that may have an interest in their sketches: all but those who declined to join."""
        return self.exclude(state=CoApplicantState.DECLINED).exclude(organisation=None)


class CoApplicant(models.Model):
    """An organisation asked to stand behind a sketch together with the lead applicant, and what it answered.

    An organisation that is not registered here is known by `name`, `country`, `number` and `mailbox` until somebody
    confirms for it. Its link is signed over `nonce`: a new nonce makes old links void. A confirmed row keeps its
    organisation for ever, also when that withdraws: an interest does not end with the work.
    """

    sketch = models.ForeignKey("competition.Sketch", on_delete=models.CASCADE, related_name="co_applicants")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="co_applications"
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices, blank=True)
    number = models.CharField(_("organisation number"), max_length=20, blank=True)
    mailbox = models.EmailField(_("mailbox"), blank=True)
    role = models.CharField(
        _("its people"), max_length=10, choices=CoApplicantRole.choices, default=CoApplicantRole.EDITOR
    )
    state = models.CharField(
        max_length=10, choices=CoApplicantState.choices, default=CoApplicantState.INVITED, editable=False
    )
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    # The last word, of declining or withdrawing.
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    objects = CoApplicantQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-applicant")
        verbose_name_plural = _("co-applicants")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sketch", "organisation"], name="competition_co_applicant_once"),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | ~models.Q(name=""),
                name="competition_co_applicant_named",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False)
                | models.Q(state__in=[CoApplicantState.INVITED, CoApplicantState.DECLINED]),
                name="competition_co_applicant_confirmed_by_one",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="competition_co_applicant_open")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return self.organisation.name if self.organisation is not None else self.name

    @property
    def shown_number(self) -> str:
        return self.organisation.number if self.organisation is not None else self.number

    def is_usable_at(self, now: dt.datetime) -> bool:
        """Whether the invitation can be answered."""
        return self.state == CoApplicantState.INVITED and now < self.expires_at
