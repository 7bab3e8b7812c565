"""Files that belong to a sketch: stored privately, served only through a permission check."""

import uuid

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from competition.enums import ScanState
from competition.models.question import Question
from competition.models.sketch import Sketch


def private_storage() -> FileSystemStorage:
    """The storage that no web server serves (`STORAGES["private"]`)."""
    return storages["private"]  # type: ignore[return-value]


def attachment_path(instance: "Attachment", filename: str) -> str:
    # Nothing of the uploader's name reaches the disk: a name is shown, never used as a path.
    return f"sketches/{instance.sketch_id}/{uuid.uuid4().hex}"


def preview_of(stored: str) -> str:
    """The name of the picture of a stored file's first page."""
    return f"{stored}.webp"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def in_draft(self) -> "AttachmentQuerySet":
        return self.filter(removed_at=None)

    def readable(self) -> "AttachmentQuerySet":
        """Not in quarantine."""
        return self.exclude(scan_state__in=(ScanState.WAITING, ScanState.INFECTED))


class Attachment(models.Model):
    """One uploaded file. A file that a version refers to is never deleted, only taken out of the draft.

    Rows of one sketch with the same content share one stored file.
    """

    sketch = models.ForeignKey(Sketch, on_delete=models.PROTECT, related_name="attachments")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(storage=private_storage, upload_to=attachment_path, max_length=200)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    scan_state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.NOT_ASKED)
    pages = models.PositiveIntegerField(null=True)  # of a PDF
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)
    has_preview = models.BooleanField(null=True)  # unknown until a PDF has been looked at; it lies at `preview_name`

    twin: "Attachment | None" = None  # set by add_attachment: where the same content is attached already

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    @property
    def is_quarantined(self) -> bool:
        """Nobody reads it: the scanner has not spoken yet, or has found something."""
        return self.scan_state in (ScanState.WAITING, ScanState.INFECTED)

    @property
    def shows_preview(self) -> bool:
        return bool(self.has_preview) and not self.is_quarantined

    @property
    def preview_name(self) -> str:
        """Where the picture of the first page lies, beside the file."""
        return preview_of(str(self.file.name))

    def __str__(self) -> str:
        return self.name
