"""Files of a draft. What a version refers to stays on disk for as long as the version does."""

from __future__ import annotations

import functools
import hashlib
import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.errors import InvalidInput, NotAllowed
from accounts.guards import require
from accounts.models import User
from competition import audit, scanner, signals
from competition.enums import QuestionKind, ScanState
from competition.file_inspection import Inspected, inspect
from competition.file_limits import MEGABYTE, Limits, limits_of
from competition.files import BadFile, safe_name
from competition.models import Attachment, Question, Sketch
from competition.private_files import discard, discard_attached, put
from competition.services.sketches import lock_draft, touch

if TYPE_CHECKING:
    from django.core.files import File


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def check_size(question: Question, size: int) -> None:
    """Raises InvalidInput where a file of so many bytes is not taken by the question."""
    limits = limits_of(question)
    if not size:
        raise InvalidInput({question.code: _("The file is empty.")})
    if size > limits.bytes:
        text = _("The file is larger than %(limit)s MB. Make it smaller.")
        raise InvalidInput({question.code: text % {"limit": limits.megabytes}})


def require_upload(*, by: User, sketch: Sketch, question: Question) -> None:
    """Raises NotAllowed where the person cannot attach a file to the question at all."""
    require("competition.write_sketch", by, sketch)
    if question.call_id != sketch.call_id or question.kind != QuestionKind.FILE:
        raise NotAllowed(_("You have no access to this."))


def check_room(sketch: Sketch, question: Question, size: int) -> None:
    """Raises InvalidInput where the draft has no place for one more file of so many bytes."""
    present = sketch.attachments.in_draft()
    if present.filter(question=question).count() >= limits_of(question).files:
        raise InvalidInput({question.code: _("There are too many files. Remove one first.")})
    taken = present.aggregate(total=Sum("size"))["total"] or 0
    if taken + size > settings.SKETCH_FILES_MAX_BYTES:
        text = _("All files of a sketch together can have %(limit)s MB. Remove one first, or make this one smaller.")
        raise InvalidInput({question.code: text % {"limit": settings.SKETCH_FILES_MAX_BYTES // MEGABYTE}})


def _inspected(file: File, code: str, limits: Limits) -> Inspected:
    try:
        inspected = inspect(file)
    except BadFile as error:
        raise InvalidInput({code: error.message}) from error
    if limits.pages and inspected.pages and inspected.pages > limits.pages:
        text = ngettext_lazy(
            "The PDF has %(pages)s pages; %(limit)s page is allowed.",
            "The PDF has %(pages)s pages; %(limit)s pages are allowed.",
            "limit",
        )
        raise InvalidInput({code: text % {"pages": inspected.pages, "limit": limits.pages}})
    return inspected


@transaction.atomic
def add_attachment(*, by: User, sketch: Sketch, question: Question, file: File) -> Attachment:
    """Attach a file to the draft. Raises NotAllowed, NotOpen, NotStored, and InvalidInput by the question's code.

    The same content is stored once in a sketch. Attached twice to one question it is one attachment, and `twin` of what
    is returned is itself; attached to another question too, `twin` is the attachment there.
    """
    require_upload(by=by, sketch=sketch, question=question)
    check_size(question, file.size)
    inspected = _inspected(file, question.code, limits_of(question))
    digest = _sha256(file)
    locked, _late = lock_draft(sketch)
    alike = list(_with_content(locked, digest, file.size))
    present = [one for one in alike if one.removed_at is None]
    if same := next((one for one in present if one.question_id == question.pk), None):
        same.twin = same
        return same
    check_room(locked, question, file.size)
    attachment = Attachment(
        sketch=locked,
        question=question,
        name=safe_name(file.name or "", inspected.content_type),
        content_type=inspected.content_type,
        size=file.size,
        pages=inspected.pages,
        sha256=digest,
        uploaded_by=by,
        scan_state=_scan_state(alike),
    )
    attachment.twin = present[0] if present else None
    _store(attachment, file, alike)
    touch(locked)
    audit.record(call=sketch.call, action="competition.add_attachment", by=by, sketch=sketch.reference)
    signals.attachment_added.send(sender=Attachment, attachment=attachment)
    sketch.draft_revision = locked.draft_revision
    return attachment


def _with_content(sketch: Sketch, digest: str, size: int) -> QuerySet[Attachment]:
    """Files of the sketch with these bytes; of what was found infected the bytes are gone."""
    alike = sketch.attachments.filter(sha256=digest, size=size).exclude(scan_state=ScanState.INFECTED)
    return alike.select_related("question")


def _scan_state(alike: list[Attachment]) -> ScanState:
    """Of a new file; the same bytes that were found clean are not asked about again."""
    if not scanner.is_on():
        return ScanState.NOT_ASKED
    known = any(one.scan_state == ScanState.CLEAN for one in alike)
    return ScanState.CLEAN if known else ScanState.WAITING


def _store(attachment: Attachment, file: File, alike: list[Attachment]) -> None:
    """Write bytes and row; where the sketch has the same bytes already, only the row."""
    if alike:
        attachment.file.name, attachment.has_preview = alike[0].file.name, alike[0].has_preview
        attachment.save()
        return
    # Nothing of the uploader's name reaches the storage: a name is shown, never used as a path.
    attachment.file.name = stored = put(f"sketches/{attachment.sketch_id}/{uuid.uuid4().hex}", file)
    try:
        attachment.save()
    except Exception:
        discard(stored)
        raise


@transaction.atomic
def remove_attachment(*, by: User, attachment: Attachment) -> Attachment:
    """Take a file out of the draft; its bytes stay if a version refers to them. Removing twice changes nothing."""
    sketch = attachment.sketch
    require("competition.write_sketch", by, sketch)
    locked, _late = lock_draft(sketch)
    removed = locked.attachments.in_draft().filter(pk=attachment.pk).update(removed_at=timezone.now())
    if removed:
        _forget_unused(locked, attachment)
        touch(locked)
        audit.record(call=sketch.call, action="competition.remove_attachment", by=by, sketch=sketch.reference)
    sketch.draft_revision = locked.draft_revision
    return attachment


def _forget_unused(sketch: Sketch, attachment: Attachment) -> None:
    """Delete what was never handed in. The sketch is locked, so that no version comes about meanwhile."""
    if sketch.versions.filter(files__contains=[{"id": attachment.pk}]).exists():
        return
    shared = sketch.attachments.filter(file=attachment.file.name).exclude(pk=attachment.pk).exists()
    sketch.attachments.filter(pk=attachment.pk).delete()
    if not shared:
        transaction.on_commit(functools.partial(discard_attached, str(attachment.file.name)), robust=True)
