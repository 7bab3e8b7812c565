"""A large file on its way: it comes in pieces, and may stop and go on."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models.question import Question
from competition.models.sketch import Sketch


class Upload(models.Model):
    """What has come so far: `received` bytes without a gap, as one stored file per piece (`pieces`, in order)."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="uploads")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField()
    modified = models.BigIntegerField(default=0)  # when the sender's file last changed, in milliseconds since 1970
    received = models.PositiveBigIntegerField(default=0)
    pieces = models.JSONField(default=list)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="competition_upload_not_too_long"
            )
        ]

    def __str__(self) -> str:
        return self.name
