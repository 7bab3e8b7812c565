"""Bytes of the private storage, on a disk or in a bucket: put there, fetched, thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refused
from competition.models.attachment import preview_of, private_storage

if TYPE_CHECKING:
    from django.core.files import File

FAULTS = (OSError, BotoCoreError, ClientError)


class NotStored(Refused):
    """The storage is full or away. Nothing was kept of the file; everything else is as it was."""

    def __init__(self) -> None:
        super().__init__(
            _("The file could not be stored just now. Everything else is saved. Try again in a few minutes.")
        )


def put(path: str, file: File) -> str:
    """Keep the bytes under the path, and return the name they have there. Raises NotStored, and leaves nothing then."""
    storage = private_storage()
    file.seek(0)
    try:
        return storage.save(path, file)
    except FAULTS as error:
        discard(path)
        raise NotStored from error


def discard_attached(*names: str) -> None:
    """Throw files of sketches away, each with the picture of its first page."""
    discard(*names, *map(preview_of, names))


def discard(*names: str) -> None:
    """Throw files away; what is not there, or cannot be reached now, is nobody's loss."""
    storage = private_storage()
    for name in names:
        try:
            storage.delete(name)
        except FAULTS:
            continue
