"""Looks at uploaded files from a safe distance: PDFs and images are opened in a process with limits (file_reader)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from competition import file_reader, file_readers
from competition.files import JPEG, PDF, PNG, BadFile, content_type_of

if TYPE_CHECKING:
    from django.core.files import File

_READERS = {PDF: "pdf", PNG: "png", JPEG: "jpeg"}
PROBLEMS = {
    file_reader.PROTECTED: _(
        "The PDF is protected. Save it without a password and without restrictions, and try once more."
    ),
    file_reader.DAMAGED: _("The file is damaged and cannot be opened. Save it again and try once more."),
    file_reader.TOO_MANY_PIXELS: _("The picture is far too large. Make it smaller: 50 million pixels are the limit."),
}


@dataclass(frozen=True)
class Inspected:
    """What a file really is; `pages` of a PDF."""

    content_type: str
    pages: int | None = None


def inspect(file: File) -> Inspected:
    """What the file is, once it has been opened and found whole. Raises BadFile. Leaves the file at its beginning."""
    content_type = content_type_of(file)
    reader = _READERS.get(content_type)
    if reader is None:
        return Inspected(content_type)
    seen = _seen(_run(file, "look", reader))
    if problem := seen.get("problem"):
        raise BadFile(PROBLEMS[problem])
    return Inspected(content_type, seen.get("pages"))


def first_page(file: File) -> bytes:
    """The first page of a PDF as a WebP picture. Raises BadFile where it cannot be drawn within the limits."""
    picture = _run(file, "draw")
    if not picture:
        raise BadFile(PROBLEMS[file_reader.DAMAGED])
    return picture


def _seen(answer: bytes) -> dict[str, Any]:
    try:
        return json.loads(answer)
    except ValueError:  # it crashed, or was ended by one of its limits
        return {"problem": file_reader.DAMAGED}


def _run(file: File, *arguments: str) -> bytes:
    """What the reader prints of the file; nothing where it failed."""
    path = _path_of(file)
    # Never the file's own handle: its buffer would not know how far the other process has read.
    with path.open("rb") if path else TemporaryFile() as handle:
        if path is None:
            for chunk in file.chunks():
                handle.write(chunk)
            handle.seek(0)
            file.seek(0)
        return file_readers.ask(handle.fileno(), *arguments)


def _path_of(file: File) -> Path | None:
    """Where on this machine the file lies, if it does."""
    if hasattr(file, "temporary_file_path"):
        return Path(file.temporary_file_path())
    return None
