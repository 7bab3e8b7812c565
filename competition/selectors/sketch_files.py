"""What a sketch consists of, as files to take along: for its organisations, and for the records of its call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from competition.archive import PIECE, Entry, Names
from competition.canonical import instant
from competition.enums import ScanState
from competition.models import Attachment, Sketch
from competition.private_files import FAULTS
from competition.selectors.receipt_copy import copy_of
from competition.selectors.receipts import documents_of
from competition.selectors.sketch_status import LetterShown
from competition.verification import write

# What became of a file; read by programs, and so in one language.
INCLUDED, WAITS, INFECTED, GONE = "included", "waits for the virus scan", "a virus was found", "not found"


def as_json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def named_files(sketch: Sketch) -> list[tuple[Attachment, str]]:
    """The sketch's files, in the draft or in a version, each with a name of its own."""
    names = Names()
    attachments = sketch.attachments.select_related("question").order_by("pk")
    return [(attachment, names.free(attachment.name)) for attachment in attachments]


def content_of(attachment: Attachment) -> tuple[str, Iterator[bytes]]:
    """(what became of the file, its bytes). One that is not there keeps nobody from the rest."""
    if attachment.is_quarantined:
        return (INFECTED if attachment.scan_state == ScanState.INFECTED else WAITS), iter(())
    try:
        return INCLUDED, _pieces(attachment.file.storage.open(str(attachment.file.name)))
    except FAULTS:
        return GONE, iter(())


def _pieces(opened) -> Iterator[bytes]:
    with opened:
        while piece := opened.read(PIECE):
            yield piece


def file_facts(attachment: Attachment, name: str, state: str) -> dict[str, Any]:
    return {
        "question": attachment.question.code,
        "name": attachment.name,
        "path": f"files/{name}" if state == INCLUDED else None,
        "state": state,
        "in_draft": attachment.removed_at is None,
        "size": attachment.size,
        "sha256": attachment.sha256,
        "uploaded_at": instant(attachment.uploaded_at),
    }


def version_entries(sketch: Sketch, folder: str) -> Iterator[Entry]:
    """What was handed in, with its receipts. Of what has gone by the rules of retention only that it was there."""
    versions = list(sketch.versions.select_related("leaf").order_by("number"))
    for version, document in zip(versions, documents_of(sketch, versions), strict=True):
        version.sketch, below = sketch, f"{folder}/versions/{version.number}"
        if version.is_emptied:
            facts = {"number": version.leaf.number, "sha256": version.sha256, "at": instant(version.submitted_at)}
            yield Entry(f"{below}/deleted.json", version.submitted_at, [as_json(facts)])
            continue
        yield Entry(f"{below}/version.json", version.submitted_at, [version.canonical.encode()])
        yield Entry(f"{below}/receipt.json", version.submitted_at, [write(document)])
        if version.pk == sketch.current_version_id:
            yield Entry(f"{below}/copy.pdf", version.submitted_at, [copy_of(version)])


def letter_text(letter: LetterShown) -> bytes:
    # Without whom it went to: of several organisations behind a sketch, each keeps its people's addresses to itself.
    return f"{letter.subject}\n{instant(letter.sent_at)}\n\n{letter.text.strip()}\n".encode()
