"""Everything of one organisation, as files to take along: what its members may read here anyway, and nothing else.

Nothing of jurors, grades, the formal check or other applicants is in it, and a state only in the words that the
sketch's own pages have for it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Organisation
from accounts.selectors import members_of
from competition.archive import PIECE, Entry, Names
from competition.canonical import instant
from competition.enums import ScanState
from competition.models import Attachment, CoApplicant, Question, Sketch
from competition.private_files import FAULTS
from competition.selectors.receipt_copy import copy_of
from competition.selectors.receipts import documents_of
from competition.selectors.sections import Draft, read_draft, standing
from competition.selectors.sketch_status import LetterShown, letters_about
from competition.verification import write

# What became of a file; read by programs, and so in one language.
INCLUDED, WAITS, INFECTED, GONE = "included", "waits for the virus scan", "a virus was found", "not found"


def sketches_behind(organisation: Organisation) -> QuerySet[Sketch]:
    """The sketches that the organisation leads, or stands behind as a confirmed co-applicant."""
    joined = CoApplicant.objects.confirmed().filter(organisation=organisation).values("sketch_id")
    return (
        Sketch.objects.filter(Q(organisation=organisation) | Q(pk__in=joined))
        .with_window()
        .select_related("call", "organisation", "current_version")
        .order_by("reference")
    )


def organisation_data(organisation: Organisation, *, language: str, now: dt.datetime) -> Iterator[Entry]:
    """The files in the reader's language, one after the other; a sketch's are read when its turn comes."""

    def spoken(make: Callable[[], bytes]) -> list[bytes]:
        # Between two files other work may go on, which speaks its own language.
        with translation.override(language):
            return [make()]

    since = organisation.created_at
    yield Entry("README.txt", since, spoken(lambda: _readme(organisation)))
    yield Entry("organisation.json", since, spoken(lambda: _organisation(organisation)))
    for sketch in sketches_behind(organisation):
        folder, files = f"sketches/{sketch.reference}", []
        for attachment, name in _named(sketch):
            state, pieces = _content(attachment)
            if state == INCLUDED:
                yield Entry(f"{folder}/files/{name}", attachment.uploaded_at, pieces)
            files.append(_file(attachment, name, state))
        draft = spoken(partial(_draft, sketch, files, language, now))
        yield Entry(f"{folder}/draft.json", sketch.updated_at, draft)
        yield from _versions(sketch, folder)
        for number, letter in enumerate(reversed(letters_about(sketch)), start=1):
            yield Entry(f"{folder}/letters/{number:02}-{letter.kind}.txt", letter.sent_at, [_letter(letter)])


def _json(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _readme(organisation: Organisation) -> bytes:
    text = render_to_string("competition/organisation_data.txt", {"organisation": organisation})
    return (text.strip() + "\n").encode()


def _organisation(organisation: Organisation) -> bytes:
    return _json(
        {
            "name": organisation.name,
            "number": organisation.number,
            "country": organisation.country,
            "kind": str(organisation.get_kind_display()),
            "mailbox": organisation.mailbox,
            "registered_at": instant(organisation.created_at),
            "members": [
                {"address": member.user.email, "role": str(member.get_role_display())}
                for member in members_of(organisation)
            ],
        }
    )


def _named(sketch: Sketch) -> list[tuple[Attachment, str]]:
    """The sketch's files, in the draft or in a version, each with a name of its own."""
    names = Names()
    attachments = sketch.attachments.select_related("question").order_by("pk")
    return [(attachment, names.free(attachment.name)) for attachment in attachments]


def _content(attachment: Attachment) -> tuple[str, Iterator[bytes]]:
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


def _file(attachment: Attachment, name: str, state: str) -> dict[str, Any]:
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


def _draft(sketch: Sketch, files: list[dict[str, Any]], language: str, now: dt.datetime) -> bytes:
    draft = read_draft(sketch)
    asked = [question for page in draft.pages for question in page.questions]
    return _json(
        {
            "reference": sketch.reference,
            "title": sketch.title,
            "language": sketch.language,
            "call": {"title": sketch.call.title, "address": sketch.call.slug},
            "state": str(standing(sketch, now).label),
            "started_at": instant(sketch.created_at),
            "reason_for_withdrawing": sketch.withdrawn_reason,
            "lead_applicant": _known(sketch.organisation.name, sketch.organisation.number),
            "co_applicants": [
                _known(co.shown_name, co.shown_number) | {"state": str(co.get_state_display())}
                for co in draft.co_applicants
            ],
            "answers": [_answer(draft, question, language) for question in (*asked, *draft.no_longer_asked)],
            "files": files,
        }
    )


def _known(name: str, number: str) -> dict[str, str]:
    return {"name": name, "number": number}


def _answer(draft: Draft, question: Question, language: str) -> dict[str, Any]:
    return {
        "code": question.code,
        "question": question.label,
        "asked": question.code in draft.asked,
        "answer": draft.text(question, language),
        "value": draft.value(question),
    }


def _versions(sketch: Sketch, folder: str) -> Iterator[Entry]:
    versions = list(sketch.versions.select_related("leaf").order_by("number"))
    for version, document in zip(versions, documents_of(sketch, versions), strict=True):
        version.sketch, below = sketch, f"{folder}/versions/{version.number}"
        yield Entry(f"{below}/version.json", version.submitted_at, [version.canonical.encode()])
        yield Entry(f"{below}/receipt.json", version.submitted_at, [write(document)])
        if version.pk == sketch.current_version_id:
            yield Entry(f"{below}/copy.pdf", version.submitted_at, [copy_of(version)])


def _letter(letter: LetterShown) -> bytes:
    # Without whom it went to: of several organisations behind a sketch, each keeps its people's addresses to itself.
    return f"{letter.subject}\n{instant(letter.sent_at)}\n\n{letter.text.strip()}\n".encode()
