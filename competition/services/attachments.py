"""Files of a draft. What a version refers to stays on disk for as long as the version does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.enums import QuestionKind
from competition.files import BadFile, content_type_of, safe_name
from competition.models import Attachment, Question, Sketch
from competition.services.sketches import lock_draft, touch

if TYPE_CHECKING:
    from django.core.files import File

FILES_AT_MOST = 10
MEGABYTE = 1024 * 1024
DEFAULT_BYTES_AT_MOST = 10 * MEGABYTE


def bytes_at_most() -> int:
    """Size of a file, at most, in bytes (setting ATTACHMENT_MAX_BYTES)."""
    return getattr(settings, "ATTACHMENT_MAX_BYTES", DEFAULT_BYTES_AT_MOST)


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _checked_type(file: File, code: str) -> str:
    limit = bytes_at_most()
    if not file.size:
        raise InvalidInput({code: _("The file is empty.")})
    if file.size > limit:
        raise InvalidInput(
            {code: _("The file is larger than %(limit)s MB. Make it smaller.") % {"limit": limit // MEGABYTE}}
        )
    try:
        return content_type_of(file)
    except BadFile as error:
        raise InvalidInput({code: error.message}) from error


@transaction.atomic
def add_attachment(*, by: User, sketch: Sketch, question: Question, file: File) -> Attachment:
    """Attach a file to the draft. Raises NotAllowed, NotOpen, and InvalidInput by the question's code.

    The same content attached twice to one question is one attachment.
    """
    require("competition.write_sketch", by, sketch)
    if question.call_id != sketch.call_id or question.kind != QuestionKind.FILE:
        raise NotAllowed(_("You have no access to this."))
    content_type = _checked_type(file, question.code)
    digest = _sha256(file)
    locked, _late = lock_draft(sketch)
    present = list(locked.attachments.in_draft().filter(question=question))
    if same := next((one for one in present if one.sha256 == digest), None):
        return same
    if len(present) >= FILES_AT_MOST:
        raise InvalidInput({question.code: _("There are too many files. Remove one first.")})
    attachment = Attachment(
        sketch=locked,
        question=question,
        name=safe_name(file.name or "", content_type),
        content_type=content_type,
        size=file.size,
        sha256=digest,
        uploaded_by=by,
    )
    try:
        attachment.file.save(attachment.name, file, save=False)
    except OSError as error:
        raise InvalidInput(
            {question.code: _("The file could not be stored just now. Try again in a while.")}
        ) from error
    attachment.save()
    touch(locked)
    audit.record(call=sketch.call, action="competition.add_attachment", by=by, sketch=sketch.reference)
    sketch.draft_revision = locked.draft_revision
    return attachment


@transaction.atomic
def remove_attachment(*, by: User, attachment: Attachment) -> Attachment:
    """Take a file out of the draft. It stays on disk: a version may refer to it. Removing twice changes nothing."""
    sketch = attachment.sketch
    require("competition.write_sketch", by, sketch)
    locked, _late = lock_draft(sketch)
    removed = locked.attachments.in_draft().filter(pk=attachment.pk).update(removed_at=timezone.now())
    if removed:
        touch(locked)
        audit.record(call=sketch.call, action="competition.remove_attachment", by=by, sketch=sketch.reference)
    sketch.draft_revision = locked.draft_revision
    return attachment
