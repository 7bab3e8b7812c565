"""Questions about a call, and their answers, which everybody reads."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from competition.enums import EnquiryState
from competition.models.call import Call


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def published(self) -> EnquiryQuerySet:
        return self.filter(published_at__isnull=False, merged_into=None)

    def waiting(self) -> EnquiryQuerySet:
        """Those that still need something from the owner."""
        return self.filter(published_at=None, merged_into=None, declined_at=None)


class Enquiry(models.Model):
    """One question about a call.

    `text` is what was asked, in `language`; only the owner's side and the asker see it. `question` and `answer` are the
    public wording, in the call's languages. Nothing public says who asked.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="enquiries")
    text = models.TextField(_("your question"), max_length=2000)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    idempotency_key = models.UUIDField(null=True, unique=True, editable=False)

    number = models.PositiveSmallIntegerField(_("number"), null=True, editable=False)
    question = models.TextField(_("question as published"), max_length=2000, blank=True)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="duplicates",
        verbose_name=_("the same question as"),
    )
    declined_at = models.DateTimeField(null=True, editable=False)
    declined_reason = models.TextField(_("why it is not published"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    changed_at = models.DateTimeField(_("answer changed"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("question about a call")
        verbose_name_plural = _("questions about a call")
        ordering = ["number", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="competition_enquiry_number_once"),
            models.CheckConstraint(
                condition=models.Q(published_at=None) | models.Q(number__isnull=False),
                name="competition_enquiry_numbered_when_published",
            ),
        ]
        indexes = [models.Index(fields=["call", "asked_at"], name="competition_enquiry_call")]

    def __str__(self) -> str:
        return self.question or self.text[:80]

    @property
    def state(self) -> EnquiryState:
        if self.merged_into_id is not None:
            return EnquiryState.MERGED
        if self.published_at is not None:
            return EnquiryState.PUBLISHED
        if self.declined_at is not None:
            return EnquiryState.DECLINED
        return EnquiryState.ANSWERED if self.answer else EnquiryState.NEW
