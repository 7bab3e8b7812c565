"""Organisations, and who acts for whom."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    DOMAIN_ROLES,
    WRITING_ROLES,
    Country,
    JoinOutcome,
    LanguageForm,
    MemberRole,
    OrganisationKind,
)
from accounts.models.people import User


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def of_member(self, user) -> OrganisationQuerySet:
        """Organisations the user belongs to in any role."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def written_by(self, user) -> OrganisationQuerySet:
        """Organisations the user may write for."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user, memberships__role__in=WRITING_ROLES)


class Organisation(models.Model):
    """A public body (or, where a call allows it, a company)."""

    name = models.CharField(_("name"), max_length=200)
    country = models.CharField(_("country"), max_length=2, choices=Country.choices)
    kind = models.CharField(_("kind of organisation"), max_length=40, choices=OrganisationKind.choices)
    number = models.CharField(
        _("organisation number"),
        max_length=20,
        blank=True,
        help_text=_("Digits only; checked for the country."),
    )
    language_form = models.CharField(
        _("written standard"),
        max_length=10,
        choices=LanguageForm.choices,
        default=LanguageForm.NEUTRAL,
        help_text=_("Norwegian bodies only: letters to the organisation follow it."),
    )
    mailbox = models.EmailField(_("mailbox"), blank=True, help_text=_("The organisation's own, not a person's."))
    region = models.CharField(
        _("region"),
        max_length=80,
        blank=True,
        help_text=_("County, region or part of the country. Jurors from other regions may be preferred."),
    )
    mail_domains = ArrayField(
        models.CharField(max_length=253), verbose_name=_("mail domains"), default=list, blank=True
    )
    domain_role = models.CharField(
        _("role by mail domain"),
        max_length=10,
        choices=[(role.value, role.label) for role in DOMAIN_ROLES],
        blank=True,
        help_text=_("What a person with an address in a mail domain may become at once; empty: nothing."),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    members: models.ManyToManyField[User, Membership] = models.ManyToManyField(
        User, through="Membership", related_name="organisations"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["country", "number"],
                condition=~models.Q(number=""),
                name="accounts_organisation_number_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def letter_language(self) -> str | None:
        """Language its letters must be written in, or None where the reader's own choice decides."""
        if self.country == Country.NO and self.language_form != LanguageForm.NEUTRAL:
            return self.language_form
        return None


class Membership(models.Model):
    """A person acting for an organisation."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices, default=MemberRole.EDITOR)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="accounts_membership_once")]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    @property
    def may_write(self) -> bool:
        return self.role in WRITING_ROLES


class Invitation(models.Model):
    """An invitation to act for an organisation. Its link is signed over `nonce`: a new nonce makes old links void."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices, default=MemberRole.EDITOR)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES, default="nb")
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="accounts_invitation_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    def is_usable_at(self, now) -> bool:
        return self.accepted_at is None and now < self.expires_at


class JoinRequest(models.Model):
    """Somebody's wish to act for an organisation that exists, until an administrator answers or it expires."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="join_requests")
    message = models.TextField(_("message"), max_length=500, blank=True)
    # The page of ours where the wish came up, such as that of a call: the answer leads back to it.
    came_from = models.CharField(max_length=300, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=JoinOutcome.choices, default=JoinOutcome.PENDING)
    reason = models.TextField(_("reason"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=models.Q(outcome=JoinOutcome.PENDING),
                name="accounts_joinrequest_pending_once",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=JoinOutcome.PENDING, answered_at=None)
                | ~models.Q(outcome=JoinOutcome.PENDING) & models.Q(answered_at__isnull=False),
                name="accounts_joinrequest_answered_or_pending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.organisation}"

    def is_open_at(self, now) -> bool:
        return self.outcome == JoinOutcome.PENDING and now < self.expires_at
