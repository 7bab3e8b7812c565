"""Changes of a call that is open: gathered, given a reason, then published and carried out in one step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import AmendmentKind
from competition.models.call import Call


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def published(self) -> AmendmentQuerySet:
        return self.exclude(published_at=None)

    def gathering(self) -> AmendmentQuerySet:
        """The one that is not published yet."""
        return self.filter(published_at=None)


class Amendment(models.Model):
    """One amendment. Until it is published it gathers changes, and a call has at most one such.

    changes: a list of {"target": "call" | "question" | "criterion" …, "code": of the row ("" for the call itself),
    "op": "change" | "add" | "remove", "field": column ("" for add and remove), "before": JSON, "after": JSON, "name":
    {language: what the row was called}}. The values are as they were when the change was made: publishing refuses where
    the present one is no longer `before`. What stands there is read through competition.amending.Change.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"), null=True, editable=False)
    kind = models.CharField(
        _("kind"), max_length=16, choices=AmendmentKind.choices, default=AmendmentKind.CLARIFICATION
    )
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    # The owner's answer where a change of substance did not move the deadline.
    no_extension_reason = models.TextField(
        _("why the deadline is not extended"), max_length=2000, blank=True, editable=False
    )
    changes = models.JSONField(default=list)
    weights = models.JSONField(default=list, editable=False)  # of all criteria, where one changed: amendment_shares
    deadline_before = models.DateTimeField(null=True, editable=False)
    deadline_after = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["-number", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="competition_amendment_number_once"),
            models.UniqueConstraint(
                fields=["call"],
                condition=models.Q(published_at=None),
                name="competition_amendment_gathers_once",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at=None, number=None)
                | models.Q(published_at__isnull=False, number__isnull=False),
                name="competition_amendment_numbered_when_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or ''}".strip()
