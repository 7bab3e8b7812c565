"""What jurors would rather assess: asked for only where the call says so, and never a conflict of interest."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models import Call, Sketch, Topic
from scoring.enums import Wish
from scoring.models.jury import Juror


class WishPeriod(models.Model):
    """Until when the jurors of a call are asked for wishes. A call without a row, or without a day, asks for none."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="wish_period")
    until = models.DateField(
        _("ask jurors for wishes until"),
        null=True,
        blank=True,
        help_text=_("The last day, in the call's time zone. Leave it empty, and jurors are not asked."),
    )

    class Meta:
        verbose_name = _("period for wishes")
        verbose_name_plural = _("periods for wishes")

    def __str__(self) -> str:
        return f"{self.call_id}: {self.until}"


class JurorWish(models.Model):
    """One wish of a juror: about a sketch or about a topic, never both."""

    juror = models.ForeignKey(Juror, on_delete=models.CASCADE, related_name="wishes")
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, null=True, blank=True, related_name="wishes")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    wish = models.CharField(max_length=10, choices=Wish.choices)
    said_at = models.DateTimeField()

    class Meta:
        verbose_name = _("juror's wish")
        verbose_name_plural = _("jurors' wishes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sketch=None, topic__isnull=False) | models.Q(sketch__isnull=False, topic=None),
                name="scoring_wish_about_one_thing",
            ),
            models.UniqueConstraint(fields=["juror", "sketch"], name="scoring_wish_once_a_sketch"),
            models.UniqueConstraint(fields=["juror", "topic"], name="scoring_wish_once_a_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.juror_id}: {self.wish} {self.sketch_id or self.topic_id}"
