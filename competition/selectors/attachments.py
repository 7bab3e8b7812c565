"""Files of sketches: who gets which."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

from django.http import Http404
from django.shortcuts import get_object_or_404

from competition.conditions import asked
from competition.display import Answered
from competition.enums import ScanState
from competition.models import Attachment, Question, SketchVersion, Upload
from competition.selectors.co_applicants import joined_as
from competition.selectors.endorsements import by_token
from competition.selectors.programmes import member_roles
from competition.selectors.sections import questions_of
from competition.selectors.sketches import get_own_sketch, get_sketch_for


def get_attachment_for(user, reference: str, pk: int) -> Attachment:
    """A file that the person may fetch, or Http404.

    The applicants get every file of the sketch; the owner's side only those of the version that counts.
    """
    sketch = get_sketch_for(user, reference)
    attachment = get_object_or_404(sketch.attachments, pk=pk)
    if member_roles(user, sketch.organisation_id) or joined_as(user, sketch):
        return attachment
    version = sketch.current_version
    if version is None or pk not in {file["id"] for file in version.files}:
        raise Http404
    return attachment


def get_endorser_file(token: str, pk: int, now: dt.datetime) -> Attachment:
    """A file that the endorser reads before answering: of that sketch's draft, to a question that is asked; or Http404.

    A link that is answered, run out or replaced opens none.
    """
    record = by_token(token)
    if record is None or not record.is_usable_at(now):
        raise Http404
    sketch = record.sketch
    stored = dict(sketch.answers.values_list("question__code", "value"))
    needed = asked(questions_of(sketch.call), stored)
    return get_object_or_404(sketch.attachments.in_draft(), pk=pk, question__code__in=needed)


def get_own_attachment(user, reference: str, pk: int) -> Attachment:
    """A file in the draft of the person's own sketch, or Http404."""
    sketch = get_own_sketch(user, reference)
    attachment = get_object_or_404(sketch.attachments.in_draft().select_related("question"), pk=pk)
    attachment.sketch = sketch
    return attachment


def get_own_upload(user, reference: str, key: uuid.UUID) -> Upload:
    """A file on its way to the person's own sketch, which that person has begun, or Http404."""
    sketch = get_own_sketch(user, reference)
    upload = get_object_or_404(Upload.objects.select_related("question"), key=key, sketch=sketch, started_by=user)
    upload.sketch = sketch
    return upload


def uploads_under_way(user, question: Question, sketch) -> list[Upload]:
    """What the person has begun to send for the question and not finished."""
    return list(sketch.uploads.filter(question=question, started_by=user))


def names_in_quarantine(version: SketchVersion) -> dict[ScanState, list[str]]:
    """Of the files that a version names: those that wait for the virus scan, and those in which it found something."""
    found: dict[ScanState, list[str]] = {ScanState.WAITING: [], ScanState.INFECTED: []}
    if version.files:
        rows = Attachment.objects.filter(pk__in=[file["id"] for file in version.files], scan_state__in=found)
        for name, state in rows.values_list("name", "scan_state"):
            found[ScanState(state)].append(name)
    return found


def infected_files(question: Question, sketch) -> list[Attachment]:
    """What the virus scanner took out of the draft."""
    return list(sketch.attachments.filter(question=question, scan_state=ScanState.INFECTED))


def with_previews(answers: list[Answered]) -> list[Answered]:
    """The same, every file saying in `has_preview` whether there is a picture of its first page to show. One query,
    none without files. What a version froze is left as it is."""
    keys = [file["id"] for answer in answers for file in answer.files]
    if not keys:
        return answers
    drawn = set(Attachment.objects.readable().filter(pk__in=keys, has_preview=True).values_list("pk", flat=True))
    return [
        replace(answer, files=[file | {"has_preview": file["id"] in drawn} for file in answer.files])
        for answer in answers
    ]
