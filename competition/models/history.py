"""Earlier texts of a draft: what an answer held before it was written anew."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import EarlierKind
from competition.models.question import Question
from competition.models.sketch import Sketch


class AnswerHistory(models.Model):
    """What one person made of one answer in one stretch of writing: the last value of it.

    The newest stretch holds what the draft holds. A stretch grows for some minutes and ends at once where somebody
    overwrites it, so that whatever was overwritten stands here. Goes with the sketch.
    """

    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="history")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=EarlierKind.choices, default=EarlierKind.WRITTEN)
    value = models.JSONField(null=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    # The draft's count when the stretch began; empty for what never was in the draft.
    revision = models.PositiveIntegerField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        ordering = ["-until_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sketch", "question", "revision"], name="competition_stretch_once"),
        ]
        indexes = [models.Index(fields=["sketch", "question", "-until_at"], name="competition_history_of_answer")]

    def __str__(self) -> str:
        return f"{self.sketch_id}:{self.question_id} {self.until_at:%Y-%m-%d %H:%M:%S}"
