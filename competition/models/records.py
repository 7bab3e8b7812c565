"""The archive of a call: who took it out, who says that it is kept, and when the contents went from here."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.models.call import Call


class CallRecords(models.Model):
    """One row for a call whose archive was taken out. `place` says where it is kept, such as a case number.

    Nothing that was submitted is deleted here before somebody has said that it is kept there.
    """

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="records")
    exported_at = models.DateTimeField()
    exported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    place = models.CharField(_("where the archive is kept"), max_length=200, blank=True)
    kept_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("archive of a call")
        verbose_name_plural = _("archives of calls")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deleted_at=None) | models.Q(kept_at__isnull=False),
                name="competition_records_kept_before_deleted",
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id}: {self.place}"
