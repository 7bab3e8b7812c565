"""Letters to applicants about their sketch. Every occasion has a key, so that no letter leaves twice."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typst
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from post_office.models import Attachment

from accounts.models import User
from competition.display import answered
from competition.enums import FormalCondition
from competition.models import LateAttempt, Sketch, SketchVersion
from competition.selectors.access import window_of
from competition.selectors.receipt_copy import copy_name, copy_of
from competition.selectors.receipts import letters_of, receipt_occasion, receipt_readers
from notifications.enums import LetterKind
from notifications.links import link
from notifications.models import Letter
from notifications.services import letter_language, render_letter, store_attachment, write_letter

logger = logging.getLogger(__name__)
Reader = tuple[str, str, str]


def _readers(sketch: Sketch, user: User | None) -> list[Reader]:
    """(part of the occasion, address, language): who did it, and the organisation's own mailbox."""
    organisation = sketch.organisation
    readers = []
    if user is not None:
        readers.append(("person", user.email, letter_language(organisation=organisation, user=user)))
    if organisation.mailbox and (user is None or organisation.mailbox.lower() != user.email):
        readers.append(("mailbox", organisation.mailbox, organisation.letter_language or sketch.language))
    return readers


def _write(
    kind: LetterKind,
    occasion: str,
    sketch: Sketch,
    readers: Sequence[Reader],
    *,
    attachments: Sequence[Attachment] = (),
    **context: Any,
) -> list[Letter]:
    letters, closes_at = [], window_of(sketch).closes_at
    for part, address, language in readers:
        with translation.override(language):
            own = {name: value(language) if callable(value) else value for name, value in context.items()}
            letters.append(
                write_letter(
                    occasion=f"{occasion}:{part}",
                    kind=kind,
                    recipient=address,
                    language=language,
                    context=_common(sketch, language) | {"closes_at": closes_at} | own,
                    about=sketch.call,
                    attachments=attachments,
                )
            )
    return letters


def _common(sketch: Sketch, language: str) -> dict[str, Any]:
    return {
        "sketch": sketch,
        "call": sketch.call,
        "organisation": sketch.organisation,
        "title": sketch.title,
        "sketch_url": link(language, "competition:sketch", sketch.reference),
    }


@transaction.atomic
def write_receipt(*, version: SketchVersion) -> list[Letter]:
    """Tell everybody who writes for its organisations, and their mailboxes, that the version was received: with number,
    hash, and a copy of everything as text and as PDF. Safe to call twice: whoever joins later is told nothing.
    """
    sketch = version.sketch
    if written := letters_of(version):
        return written
    return _write(
        LetterKind.RECEIPT,
        receipt_occasion(version.leaf.number),
        sketch,
        receipt_readers(version),
        attachments=_copy(version),
        version=version,
        receipt=version.leaf,
        answers=lambda language: answered(version.questions, version.answers, language, files=version.files),
        receipt_url=lambda language: link(language, "competition:receipt", sketch.reference, version.leaf.number),
        verify_url=lambda language: link(language, "competition:verify_receipt"),
    )


def _copy(version: SketchVersion) -> list[Attachment]:
    try:
        content = copy_of(version)
    except typst.TypstError:
        # The letter matters more, and it holds everything as text.
        logger.exception("no copy of receipt %s could be set", version.leaf.number)
        return []
    return [store_attachment(name=copy_name(version), content=content, content_type="application/pdf")]


def write_withdrawal(*, sketch: Sketch, by: User) -> list[Letter]:
    version = sketch.current_version
    return _write(
        LetterKind.WITHDRAWAL,
        f"withdrawal:{sketch.pk}:{version.number if version else 0}",
        sketch,
        _readers(sketch, by),
        reason=sketch.withdrawn_reason,
    )


def write_dismissal(*, sketch: Sketch) -> list[Letter]:
    """Tell the applicant why the sketch takes no part. Written anew when a sketch is admitted and dismissed again."""
    version = sketch.current_version
    user = version.submitted_by if version else None
    said_before = Letter.objects.filter(occasion__startswith=f"dismissal:{sketch.pk}:").count()
    return _write(
        LetterKind.DISMISSAL,
        f"dismissal:{sketch.pk}:{said_before}",
        sketch,
        _readers(sketch, user),
        reason=sketch.dismissal_reason,
    )


def drafted_reason(*, sketch: Sketch, conditions: Iterable[FormalCondition]) -> str:
    """A beginning of the reason, in the language in which the applicant is written to. Writes nothing."""
    with translation.override(dismissal_language(sketch)):
        lines = [f"– {condition.label}" for condition in conditions]
        return "\n".join([str(_("These conditions of the call are not met:")), *lines]) if lines else ""


def dismissal_language(sketch: Sketch) -> str:
    """The language of the organisation's own letter."""
    return sketch.organisation.letter_language or sketch.language


@dataclass(frozen=True)
class DraftedLetter:
    recipient: str
    language: str
    subject: str
    text: str


def drafted_dismissal(*, sketch: Sketch, reason: str) -> list[DraftedLetter]:
    """The letters of a dismissal as they would leave now. Writes nothing."""
    user = sketch.current_version.submitted_by if sketch.current_version else None
    drafts = []
    for _part, address, language in _readers(sketch, user):
        with translation.override(language):
            context = _common(sketch, language) | {"reason": reason}
        subject, text, _html = render_letter(kind=LetterKind.DISMISSAL, language=language, context=context)
        drafts.append(DraftedLetter(address, language, subject, text))
    return drafts


@transaction.atomic
def write_late_attempt(*, attempt: LateAttempt) -> list[Letter]:
    """Tell that the sketch came too late, once for a sketch and a deadline however often somebody tries."""
    sketch = attempt.sketch
    return _write(
        LetterKind.LATE_ATTEMPT,
        f"late_attempt:{sketch.pk}:{window_of(sketch).closes_at:%Y%m%dT%H%M%S}",
        sketch,
        _readers(sketch, attempt.user),
        attempted_at=attempt.attempted_at,
        version=sketch.current_version,
    )
