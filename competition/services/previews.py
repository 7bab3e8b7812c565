"""Pictures of the first pages of PDFs, made after the file is in and was found clean. Nothing waits for them."""

from __future__ import annotations

from django.core.files.base import ContentFile, File
from django.db import transaction

from competition.file_inspection import first_page
from competition.files import PDF, BadFile
from competition.models import Attachment
from competition.models.attachment import AttachmentQuerySet, private_storage
from competition.private_files import FAULTS, NotStored, discard, put

AT_ONCE = 50


def _without() -> AttachmentQuerySet:
    return Attachment.objects.readable().filter(content_type=PDF, has_preview=None)


def make_preview(*, pk: int) -> bool:
    """Draw the first page of a PDF, once; whether it has a picture now. A storage that is away is asked again later."""
    attachment = _without().filter(pk=pk).first()
    if attachment is None:
        return False
    stored = str(attachment.file.name)
    try:
        with private_storage().open(stored) as content:
            picture = first_page(File(content))
    except (BadFile, FileNotFoundError):
        _without().filter(file=stored).update(has_preview=False)
        return False
    except FAULTS:
        return False
    return _keep(attachment, picture)


@transaction.atomic
def _keep(attachment: Attachment, picture: bytes) -> bool:
    """Under the lock of every row that shares the stored file: none is left where another worker was faster, or where
    the file was removed or found infected meanwhile; whoever removes it later throws the picture away too.
    """
    rows = list(_without().filter(file=attachment.file.name).select_for_update())
    if not rows:
        return False
    name = attachment.preview_name
    discard(name)  # of a worker that was ended halfway: the storage would choose another name
    try:
        put(name, ContentFile(picture))
    except NotStored:
        return False
    Attachment.objects.filter(pk__in=[row.pk for row in rows]).update(has_preview=True)
    return True


def make_missing_previews() -> int:
    """Draw what was missed, the newest first; returns how many pictures were made."""
    missing = _without().order_by("-pk").values_list("pk", flat=True)[:AT_ONCE]
    return sum(make_preview(pk=pk) for pk in missing)
