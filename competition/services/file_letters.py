"""Tells whoever attached a file in which the scanner found a virus. Once for each content, however often it came."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils import translation

from competition.clock import database_now
from competition.enums import ScanState
from competition.models import Attachment
from competition.selectors.access import window_of
from competition.services.enquiry_letters import address_mark
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, write_letter

OLD = dt.timedelta(days=30)
MARK = 16  # characters of the hash that tell the files of a sketch apart


def _occasion(attachment: Attachment) -> str:
    return f"{LetterKind.INFECTED_FILE}:{attachment.sketch_id}:{attachment.sha256[:MARK]}:"


@transaction.atomic
def write_infected(*, attachment: Attachment) -> int:
    """Write to the uploaders of the file, or to the organisation's mailbox where their accounts are gone.

    Returns how many letters are new. Safe to call twice.
    """
    sketch, written = attachment.sketch, 0
    rows = sketch.attachments.filter(sha256=attachment.sha256, scan_state=ScanState.INFECTED)
    for row in rows.select_related("uploaded_by", "question"):
        address = row.uploaded_by.email if row.uploaded_by else sketch.organisation.mailbox
        occasion = f"{_occasion(row)}{address_mark(address)}"
        if not address or Letter.objects.filter(occasion=occasion).exists():
            continue
        written += 1
        _write(row, occasion, address)
    return written


def _write(attachment: Attachment, occasion: str, address: str) -> None:
    sketch, call = attachment.sketch, attachment.sketch.call
    language = letter_language(organisation=sketch.organisation, user=attachment.uploaded_by)
    with translation.override(language):
        context = {
            "attachment": attachment,
            "sketch": sketch,
            "call": call,
            "title": sketch.title,
            "is_open": window_of(sketch).accepts_at(database_now()),
            "closes_at": window_of(sketch).closes_at,
            "is_submitted": sketch.versions.filter(files__contains=[{"id": attachment.pk}]).exists(),
            "url": link(language, "competition:sketch", sketch.reference),
        }
        write_letter(
            occasion=occasion,
            kind=LetterKind.INFECTED_FILE,
            recipient=address,
            language=language,
            context=context,
            about=call,
        )


def infected_without_letter() -> list[int]:
    """Keys of infected files of which nobody was told, because a queue or a worker was lost."""
    letters = Letter.objects.filter(
        occasion__startswith=Concat(
            Value(f"{LetterKind.INFECTED_FILE}:"),
            Cast(OuterRef("sketch_id"), CharField()),
            Value(":"),
            Left(OuterRef("sha256"), MARK),
        )
    )
    infected = Attachment.objects.filter(scan_state=ScanState.INFECTED, uploaded_at__gt=database_now() - OLD)
    return list(infected.filter(~Exists(letters)).values_list("pk", flat=True))
