"""The outbox: every letter the system writes, whether still a draft, queued, sent or failed."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _
from post_office.models import STATUS, Email

from notifications.enums import LetterKind, LetterState


class LetterQuerySet(models.QuerySet["Letter"]):
    def about(self, instance: models.Model) -> LetterQuerySet:
        """Letters that concern the given object, for instance a call."""
        return self.filter(
            about_type=ContentType.objects.get_for_model(instance, for_concrete_model=True),
            about_id=instance.pk,
        )

    def drafts(self) -> LetterQuerySet:
        return self.filter(email=None)


class Letter(models.Model):
    """One letter to one mailbox on one occasion.

    The text is fixed, in the reader's language, when the letter is written. `occasion` is unique: a second attempt to
    write the same letter finds the first one, so that nobody is ever told twice. Queueing, retries and the delivery
    log are the mail queue's (django-post-office): a letter without an `email` is a draft, and afterwards its state is
    the queue's, never a copy of it.
    """

    occasion = models.CharField(
        max_length=200,
        unique=True,
        help_text=_("What this letter is for, said only once."),
    )
    kind = models.CharField(_("kind"), max_length=40, choices=LetterKind.choices)
    recipient = models.EmailField(_("recipient"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"))
    about_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, null=True, related_name="+")
    about_id = models.PositiveBigIntegerField(null=True)
    about = GenericForeignKey("about_type", "about_id")
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)
    email = models.OneToOneField(Email, on_delete=models.SET_NULL, null=True, blank=True, related_name="letter")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["about_type", "about_id", "-created_at"],
                name="notifications_letter_about",
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> LetterState:
        if self.email is None:
            return LetterState.DRAFT if self.released_at is None else LetterState.SENT
        if self.email.status == STATUS.sent:
            return LetterState.SENT
        if self.email.status == STATUS.failed:
            return LetterState.FAILED
        return LetterState.QUEUED
