"""Files of the private storage that nothing points to: left behind by a rollback or a crash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from post_office.models import Attachment as MailAttachment

from competition.models import Attachment, Upload
from competition.models.attachment import preview_of, private_storage

# Only what this site puts there; whatever else lies in the storage is not ours to judge.
FOLDERS = ("sketches", "uploads", "post_office_attachments")
SAFE_AGE = dt.timedelta(days=2)  # a file comes before its row, and a large one may be a day on its way


def orphans(now: dt.datetime) -> list[str]:
    """Names of files older than SAFE_AGE with no row. Three queries, and a walk over the storage."""
    known = _known()
    return sorted(name for folder in FOLDERS for name in _below(folder) if name not in known and _is_old(name, now))


def _known() -> set[str]:
    attached = set(Attachment.objects.values_list("file", flat=True))
    pieces = {name for names in Upload.objects.values_list("pieces", flat=True) for name in names}
    mailed = set(MailAttachment.objects.values_list("file", flat=True))
    return attached | set(map(preview_of, attached)) | pieces | mailed


def _below(folder: str) -> Iterator[str]:
    storage = private_storage()
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _below(f"{folder}/{name}")


def _is_old(name: str, now: dt.datetime) -> bool:
    try:
        return private_storage().get_modified_time(name) < now - SAFE_AGE
    except FileNotFoundError:  # somebody was quicker
        return False
