"""Files wait in quarantine until the virus scanner has spoken. A scanner that is away keeps nobody from submitting."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from competition import audit, scanner, signals
from competition.enums import ScanState
from competition.models import Attachment, Sketch
from competition.private_files import FAULTS, discard_attached
from competition.scanner import ScannerAway
from competition.services.sketches import touch

PIECE = 64 * 1024
AT_ONCE = 100


def scan_attachment(*, pk: int) -> bool:
    """Ask the scanner about a waiting file; whether it has spoken. Asking twice changes nothing."""
    waiting = Attachment.objects.filter(pk=pk, scan_state=ScanState.WAITING).first()
    if waiting is None or not scanner.is_on():
        return False
    try:
        found = scanner.scan(_bytes(waiting))
    except (ScannerAway, *FAULTS):
        return False
    if found:
        _remove_infected(waiting, found)
    else:
        # Every row that shares the stored file.
        Attachment.objects.filter(file=waiting.file.name).update(scan_state=ScanState.CLEAN)
    waiting.scan_state = ScanState.INFECTED if found else ScanState.CLEAN
    signals.attachment_scanned.send(sender=Attachment, attachment=waiting)
    return True


def _bytes(attachment: Attachment) -> Iterator[bytes]:
    with attachment.file.storage.open(str(attachment.file.name)) as stored:
        while piece := stored.read(PIECE):
            yield piece


@transaction.atomic
def _remove_infected(attachment: Attachment, found: str) -> None:
    """Out of the draft and out of the storage. A version that names it keeps its name and hash, and nobody reads it."""
    sketch = Sketch.objects.select_for_update(of=("self",)).select_related("call").get(pk=attachment.sketch_id)
    rows = sketch.attachments.filter(file=attachment.file.name)
    rows.update(scan_state=ScanState.INFECTED)
    if rows.in_draft().update(removed_at=timezone.now()):
        touch(sketch)
    facts = {"sketch": sketch.reference, "sha256": attachment.sha256, "found": found}
    audit.record(call=sketch.call, action="competition.remove_infected", by=None, **facts)
    transaction.on_commit(lambda: discard_attached(str(attachment.file.name)), robust=True)


def scan_waiting() -> int:
    """Ask about what waits, the oldest first, until the scanner does not answer; returns how many it spoke about."""
    spoken = 0
    for pk in Attachment.objects.filter(scan_state=ScanState.WAITING).values_list("pk", flat=True)[:AT_ONCE]:
        if not scan_attachment(pk=pk):
            break
        spoken += 1
    return spoken
