"""Large files in pieces: begun, continued at the right place after any interruption, finished or given up.

Each step asks anew who may, whether the call takes it and whether there is room. Pieces are files of their own in the
private storage, so that any web server can take the next one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, NotAllowed, Refused
from accounts.models import User
from competition.models import Attachment, Question, Sketch, Upload
from competition.models.attachment import private_storage
from competition.private_files import FAULTS, NotStored, discard, put
from competition.services.attachments import add_attachment, check_room, check_size, require_upload
from competition.services.sketches import lock_draft

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE_AT_MOST = 2 * 1024 * 1024
UPLOADS_AT_ONCE = 10
EXPIRES_AFTER = dt.timedelta(hours=24)
DIGEST_LENGTH = 64


class WrongOffset(Refused):
    """The piece does not begin where the last one ended, which is at `received`."""

    def __init__(self, received: int):
        super().__init__(_("This piece of the file does not follow the last one."))
        self.received = received


@transaction.atomic
def begin_upload(*, by: User, sketch: Sketch, question: Question, name: str, size: int, modified: int = 0) -> Upload:
    """Announce a file; the same person's unfinished one of that name, size and time of change is taken up again.

    Raises NotAllowed, NotOpen, InvalidInput by the question's code.
    """
    require_upload(by=by, sketch=sketch, question=question)
    check_size(question, size)
    locked, _late = lock_draft(sketch)
    name = name.replace("\x00", "")[-255:]
    under_way = locked.uploads.all()
    announced = {"question": question, "name": name, "size": size, "modified": modified, "started_by": by}
    if found := under_way.filter(**announced).first():
        return found
    if under_way.count() >= UPLOADS_AT_ONCE:
        raise InvalidInput({question.code: _("Too many files are on their way. Let one arrive first, or cancel it.")})
    coming = under_way.aggregate(total=Sum("size"))["total"] or 0
    check_room(locked, question, size + coming)
    return Upload.objects.create(sketch=locked, **announced)


@transaction.atomic
def add_piece(*, by: User, upload: Upload, offset: int, content: bytes) -> Upload:
    """Take the bytes that begin at `offset`; what is there already changes nothing.

    Raises NotAllowed, NotOpen, NotStored, InvalidInput, and WrongOffset with the right one.
    """
    locked = _locked(by=by, upload=upload)
    end = offset + len(content)
    if offset < locked.received and end <= locked.received:
        return locked
    if offset != locked.received:
        raise WrongOffset(locked.received)
    if not content or len(content) > PIECE_AT_MOST or end > locked.size:
        raise InvalidInput(
            {locked.question.code: _("What arrived does not match the file that you chose. Choose it again.")}
        )
    stored = put(f"uploads/{locked.key.hex}/{offset}-{uuid.uuid4().hex}", ContentFile(content))
    locked.pieces.append(stored)
    locked.received = end
    locked.save(update_fields=["pieces", "received", "touched_at"])
    return locked


def finish_upload(*, by: User, upload: Upload, sha256: str = "") -> Attachment:
    """Make the pieces an attachment. sha256: of the whole, where the sender knows it.

    Raises what add_attachment raises, WrongOffset where bytes are missing, InvalidInput where the hash differs. A file
    that is refused for what it is is given up; one that could not be stored just now stays, to be finished later.
    """
    try:
        return _finish(by=by, upload=upload, sha256=sha256)
    except InvalidInput:
        _drop(upload)
        raise


@transaction.atomic
def _finish(*, by: User, upload: Upload, sha256: str) -> Attachment:
    locked = _locked(by=by, upload=upload)
    if locked.received != locked.size:
        raise WrongOffset(locked.received)
    try:
        with TemporaryUploadedFile(locked.name, "", locked.size, "") as whole:
            digest = hashlib.sha256()
            for block in _blocks(locked):
                digest.update(block)
                whole.write(block)
            whole.flush()
            if sha256 and digest.hexdigest() != sha256[:DIGEST_LENGTH].lower():
                raise InvalidInput({locked.question.code: _("The file was damaged on its way. Choose it again.")})
            attachment = add_attachment(by=by, sketch=upload.sketch, question=locked.question, file=whole)
    except FAULTS as error:
        raise NotStored from error
    pieces = list(locked.pieces)
    locked.delete()
    transaction.on_commit(lambda: discard(*pieces), robust=True)
    return attachment


def _blocks(upload: Upload) -> Iterator[bytes]:
    storage = private_storage()
    for name in upload.pieces:
        with storage.open(name) as piece:
            yield piece.read()


def abandon_upload(*, by: User, upload: Upload) -> None:
    """Give a file up and forget what came of it. Giving up twice changes nothing. Raises NotAllowed."""
    require_upload(by=by, sketch=upload.sketch, question=upload.question)
    if upload.started_by_id != by.pk:
        raise NotAllowed(_("You have no access to this."))
    _drop(upload)


def _locked(*, by: User, upload: Upload) -> Upload:
    """The upload with its row locked, once everything that was asked at its beginning has been asked again."""
    require_upload(by=by, sketch=upload.sketch, question=upload.question)
    if upload.started_by_id != by.pk:
        raise NotAllowed(_("You have no access to this."))
    lock_draft(upload.sketch)
    locked = Upload.objects.select_for_update().filter(pk=upload.pk).first()
    if locked is None:
        raise NotAllowed(_("You have no access to this."))
    locked.sketch, locked.question = upload.sketch, upload.question
    return locked


@transaction.atomic
def _drop(upload: Upload) -> None:
    locked = Upload.objects.select_for_update(skip_locked=True).filter(pk=upload.pk).first()
    if locked is None:
        return
    pieces = list(locked.pieces)
    locked.delete()
    transaction.on_commit(lambda: discard(*pieces), robust=True)


def expire_uploads() -> int:
    """Forget files that have not moved for a day; returns how many."""
    late = Upload.objects.filter(touched_at__lt=timezone.now() - EXPIRES_AFTER)
    uploads = list(late.order_by("pk")[:500])
    for upload in uploads:
        _drop(upload)
    return len(uploads)
