"""A whole submitted version back into the draft. What it replaces stays in the history of each answer."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.enums import EarlierKind, QuestionKind, ScanState
from competition.models import Attachment, Sketch, SketchVersion
from competition.selectors.sections import questions_of
from competition.services.attachments import check_room
from competition.services.settling import Seen
from competition.services.sketches import SaveResult, lock_draft, save_answers, touch


@dataclass(frozen=True)
class Restored:
    """`files` came back into the draft; `missing`: names of those that are no longer stored, or have no room."""

    result: SaveResult
    files: list[Attachment]
    missing: list[str]


@transaction.atomic
def restore_version(*, by: User, sketch: Sketch, version: SketchVersion, expected_revision: int) -> Restored:
    """Make the draft's answers those of the version, where the form still asks and takes them. Other files stay.

    Raises NotAllowed, NotOpen, and Refused where the draft has changed since `expected_revision`.
    """
    require("competition.write_sketch", by, sketch)
    locked, _late = lock_draft(sketch)
    if locked.draft_revision != expected_revision:
        raise Refused(_("Nothing was changed: somebody has saved in this sketch since you opened the page."))
    held = {question["code"] for question in version.questions}
    questions = [one for one in questions_of(sketch.call) if one.code in held and one.kind != QuestionKind.FILE]
    files, missing = _files_back(locked, version)
    result = save_answers(
        by=by,
        sketch=sketch,
        values={question.code: version.answers.get(question.code) for question in questions},
        seen=Seen(revision=locked.draft_revision),
        questions=questions,
        kind=EarlierKind.RESTORED,
        replaces=True,
    )
    audit.record(
        call=sketch.call,
        action="competition.restore_version",
        by=by,
        sketch=sketch.reference,
        version=version.number,
    )
    return Restored(result, files, missing)


def _files_back(sketch: Sketch, version: SketchVersion) -> tuple[list[Attachment], list[str]]:
    """Files of the version that were taken out since. One whose content is attached again already is left out."""
    stored = sketch.attachments.filter(pk__in=[file["id"] for file in version.files])
    rows = {one.pk: one for one in stored.exclude(scan_state=ScanState.INFECTED).select_related("question")}
    present = {(one.question_id, one.sha256) for one in sketch.attachments.in_draft()}
    files, missing = [], []
    for file in version.files:
        row = rows.get(file["id"])
        if row is not None and (row.question_id, row.sha256) in present:
            continue
        if row is None or not _has_room(sketch, row):
            missing.append(file["name"])
            continue
        row.removed_at = None
        row.save(update_fields=["removed_at"])
        files.append(row)
    if files:
        touch(sketch)
    return files, missing


def _has_room(sketch: Sketch, file: Attachment) -> bool:
    try:
        check_room(sketch, file.question, file.size)
    except InvalidInput:
        return False
    return file.question.retired_at is None
