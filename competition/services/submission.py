"""Handing in a sketch: the one way in, kept by the database's clock.

Locks are taken in one order: the sketch's row, then the head of the call's receipt tree. Everything that takes time is
done before the second, which stands between all submissions of the call.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.guards import require
from accounts.models import User
from competition import audit, signals
from competition.answers import Message, is_empty, parse
from competition.canonical import SCHEMA, canonical_text, instant, sha256_hex
from competition.clock import DatabaseNow, database_now
from competition.conditions import asked
from competition.display import freeze_question
from competition.enums import CoApplicantState, Phase, QuestionKind, SketchState, UnconfirmedRule
from competition.errors import DeadlinePassed, Incomplete, NotOpen
from competition.models import Call, CoApplicant, LateAttempt, Question, ReceiptTree, Sketch, SketchVersion, Topic
from competition.selectors.access import Window, why_not_eligible, window_for
from competition.selectors.co_applicants import confirmed, rows_of
from competition.selectors.sections import questions_of
from competition.services.access import require_eligible
from competition.services.backing import backing_of
from competition.services.receipts import append_leaf, seal_locked_tree
from competition.services.states import lock, move, require_open

# Names that the triggers of migrations 0002 and 0008 give to their refusals.
CLOSED_CONSTRAINTS = ("competition_version_before_deadline", "competition_tree_sealed")
NOT_OPEN_CONSTRAINT = "competition_version_call_open"
NUMBER_CONSTRAINT = "receiptleaf_number"
ATTEMPTS_AT_A_NUMBER = 3


@dataclass(frozen=True)
class Draft:
    """All that would be handed in, read under the sketch's lock: of the questions, those that are asked."""

    questions: list[dict[str, Any]]
    answers: dict[str, Any]
    files: list[dict[str, Any]]
    organisations: list[dict[str, str]]
    backing: dict[str, Any]
    topics: list[Topic]
    errors: dict[str, Message]


def submit_sketch(*, by: User, sketch: Sketch, idempotency_key: uuid.UUID) -> SketchVersion:
    """Hand the draft in as a new version that counts from now on, with a receipt.

    The same key, or a draft unchanged since the version that counts, gives that version again and nothing new.
    Raises NotAllowed; DeadlinePassed (by the database's clock; the draft stays, the attempt is recorded); NotOpen;
    NotEligible; Incomplete with what is missing by question code.
    """
    require("competition.submit_sketch", by, sketch)
    for attempt in range(1, ATTEMPTS_AT_A_NUMBER + 1):
        try:
            return _submit(by=by, sketch=sketch, key=idempotency_key)
        except DeadlinePassed:
            record_late_attempt(by=by, sketch=sketch)
            raise
        except IntegrityError as error:
            # Two receipts drew the same random number: once in twenty milliards.
            if attempt == ATTEMPTS_AT_A_NUMBER or NUMBER_CONSTRAINT not in _constraint(error):
                raise
    raise AssertionError("unreachable")


def _constraint(error: IntegrityError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


@transaction.atomic
def _submit(*, by: User, sketch: Sketch, key: uuid.UUID) -> SketchVersion:
    locked = lock(sketch)
    if (earlier := _already_submitted(locked, key)) is not None:
        return earlier
    if locked.state not in (SketchState.DRAFT, SketchState.SUBMITTED, SketchState.WITHDRAWN):
        raise NotOpen(_("The sketch is being assessed and can no longer be changed."))
    draft = read_draft(locked)
    tree = ReceiptTree.objects.select_for_update().get(call=locked.call)
    now, revision = _now_and_revision(locked.call)
    if revision != locked.call.revision or locked.call.phase_at(now) != Phase.OPEN:
        # While this waited in line the form may have changed, or the deadline been moved to later.
        locked.call.refresh_from_db()
        draft = read_draft(locked)
    window = window_for(locked.call, locked.organisation)
    require_open(window, now)
    require_eligible(locked.call, locked.organisation)
    if draft.errors:
        raise Incomplete(draft.errors)
    if now >= locked.call.deadline:  # only an exception comes this far, and what it lets in stands behind the seal
        seal_locked_tree(tree=tree, call=locked.call, now=now)
    version = _write(locked, draft, tree, window, by=by, key=key, now=now)
    _make_current(locked, version, draft.topics)
    signals.sketch_submitted.send(sender=Sketch, sketch=locked, version=version)
    audit.record(
        call=locked.call,
        action="competition.submit_sketch",
        by=by,
        sketch=locked.reference,
        version=version.number,
        receipt=version.leaf.number,
        **({"late_root": tree.late_root} if tree.late_root else {}),
    )
    sketch.state, sketch.current_version, sketch.title = locked.state, version, locked.title
    return version


def _now_and_revision(call: Call) -> tuple[dt.datetime, int]:
    """The database's clock, and the count of the call's changes at that instant; in one statement."""
    return Call.objects.annotate(now=DatabaseNow()).values_list("now", "revision").get(pk=call.pk)


def _already_submitted(sketch: Sketch, key: uuid.UUID) -> SketchVersion | None:
    """The version of the same key, or the one that counts when neither draft nor demands have changed since."""
    current = sketch.current_version
    if current is None:
        return None
    if current.idempotency_key == key:
        return current
    if (same := sketch.versions.select_related("leaf").filter(idempotency_key=key).first()) is not None:
        return same
    if sketch.state != SketchState.SUBMITTED or sketch.changed_since_submission or sketch.asked_more_since_submission:
        return None
    return current


def read_draft(sketch: Sketch) -> Draft:
    """The draft with everything that keeps it from being handed in. Reads only."""
    topics = list(Topic.objects.all())
    form = questions_of(sketch.call)
    stored = dict(sketch.answers.values_list("question__code", "value"))
    needed = asked(form, stored)
    questions = [question for question in form if question.code in needed]
    attachments = [
        attachment
        for attachment in sketch.attachments.in_draft().select_related("question")
        if attachment.question.code in needed
    ]
    asked_to_join = rows_of(sketch)
    others = confirmed(asked_to_join)
    answers, errors = _read_answers(sketch, questions, stored, topics, {one.question.code for one in attachments})
    unconfirmed = [co for co in asked_to_join if co.state == CoApplicantState.INVITED]
    errors |= _co_applicant_errors(sketch.call, others, unconfirmed)
    chosen = {
        code
        for question in questions
        if question.kind == QuestionKind.TOPICS
        for code in answers.get(question.code, [])
    }
    return Draft(
        questions=[freeze_question(q, currency=sketch.call.currency, topics=topics) for q in questions],
        answers=answers,
        files=[_file(attachment) for attachment in attachments],
        organisations=[
            _organisation(sketch.organisation, "lead"),
            *(_organisation(other, "co_applicant") for other in others),
        ],
        backing=backing_of(sketch, unconfirmed),
        topics=[topic for topic in topics if topic.code in chosen],
        errors=errors,
    )


def _read_answers(
    sketch: Sketch, questions: list[Question], stored: dict[str, Any], topics: list[Topic], attached: set[str]
) -> tuple[dict[str, Any], dict[str, Message]]:
    """({code: answer}, {code: what is wrong or missing}) of the questions, which are those that are asked."""
    topic_codes, country = frozenset(topic.code for topic in topics), sketch.organisation.country
    answers: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for question in questions:
        value = stored.get(question.code)
        if question.kind == QuestionKind.FILE:
            missing = question.code not in attached
        else:
            parsed = parse(question, value, topic_codes=topic_codes, country=country)
            if parsed.error:
                errors[question.code] = parsed.error
                continue
            value, missing = parsed.value, is_empty(parsed.value)
            if not missing:
                answers[question.code] = value
        if missing and question.required:
            errors[question.code] = _("This must be answered.")
    return answers, errors


def _co_applicant_errors(call: Call, others: list, unconfirmed: list[CoApplicant]) -> dict[str, Message]:
    if unconfirmed and call.unconfirmed_co_applicants == UnconfirmedRule.BLOCK:
        names = ", ".join(co.shown_name for co in unconfirmed)
        return {"co_applicants": _("Not confirmed yet: %(names)s.") % {"names": names}}
    if 1 + len(others) < call.min_organisations:
        text = _("At least %(count)s organisations must stand behind a sketch in this call, and have confirmed it.")
        return {"co_applicants": text % {"count": call.min_organisations}}
    if odd := [other.name for other in others if why_not_eligible(call, other)]:
        return {"co_applicants": _("Cannot apply in this call: %(names)s.") % {"names": ", ".join(odd)}}
    return {}


def _file(attachment) -> dict[str, Any]:
    return {
        "id": attachment.pk,
        "question": attachment.question.code,
        "name": attachment.name,
        "content_type": attachment.content_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _organisation(organisation, role: str) -> dict[str, Any]:
    return {
        "id": organisation.pk,
        "role": role,
        "name": organisation.name,
        "country": organisation.country,
        "number": organisation.number,
        "kind": organisation.kind,
    }


def _write(
    sketch: Sketch, draft: Draft, tree: ReceiptTree, window: Window, *, by: User, key: uuid.UUID, now: dt.datetime
) -> SketchVersion:
    """Insert leaf and version. A refusal of the trigger becomes the domain's own error."""
    number = sketch.current_version.number + 1 if sketch.current_version else 1
    document = {
        "schema": SCHEMA,
        "call": sketch.call.slug,
        "sketch": sketch.reference,
        "version": number,
        "language": sketch.language,
        "organisations": draft.organisations,
        "questions": draft.questions,
        "answers": draft.answers,
        "files": draft.files,
        "submitted_at": instant(now),
        **({"backing": draft.backing} if draft.backing else {}),
    }
    canonical = canonical_text(document)
    digest = sha256_hex(canonical)
    try:
        leaf = append_leaf(tree=tree, data_sha256=digest, at=now)
        return SketchVersion.objects.create(
            sketch=sketch,
            number=number,
            title=draft.answers.get("title", "")[:200],
            submitted_at=now,
            submitted_by=by,
            draft_revision=sketch.draft_revision,
            questions=draft.questions,
            answers=draft.answers,
            organisations=draft.organisations,
            files=draft.files,
            backing=draft.backing,
            topic_codes=[topic.code for topic in draft.topics],
            canonical=canonical,
            sha256=digest,
            idempotency_key=key,
            leaf=leaf,
        )
    except IntegrityError as error:
        constraint = _constraint(error)
        if constraint in CLOSED_CONSTRAINTS:
            raise DeadlinePassed(window.closes_at) from error
        if constraint == NOT_OPEN_CONSTRAINT:
            raise NotOpen from error
        raise


def _make_current(sketch: Sketch, version: SketchVersion, topics: list[Topic]) -> None:
    before = sketch.current_version
    sketch.current_version = version
    sketch.title = version.title
    move(sketch=sketch, to=SketchState.SUBMITTED, current_version=version, title=version.title, withdrawn_reason="")
    if before is None:
        links = Sketch.topics.through
        links.objects.bulk_create([links(sketch=sketch, topic=topic) for topic in topics], ignore_conflicts=True)
    elif before.topic_codes != version.topic_codes:
        sketch.topics.set(topics)


@transaction.atomic
def record_late_attempt(*, by: User, sketch: Sketch) -> LateAttempt:
    """Remember that somebody came too late; in a transaction of its own, for the submission's was rolled back."""
    attempt = LateAttempt.objects.create(sketch=sketch, user=by, attempted_at=database_now())
    signals.sketch_late.send(sender=Sketch, sketch=sketch, attempt=attempt)
    audit.record(call=sketch.call, action="competition.late_attempt", by=by, sketch=sketch.reference)
    return attempt
