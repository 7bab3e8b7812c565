"""Sketches in bulk: one through the services, the others copied from it under names of their own."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import Organisation, User
from competition.canonical import canonical_text, sha256_hex
from competition.enums import QuestionKind, SketchState
from competition.models import Answer, Call, Question, ReceiptLeaf, ReceiptTree, Sketch, SketchVersion, Topic
from competition.numbers import new_number
from competition.services.sketches import save_answers, start_sketch
from competition.services.submission import submit_sketch

SENTENCE = "Mange møter dette behovet hver dag, og ingenting på markedet svarer på det ennå. "
BATCH = 500


def add_submitted(call: Call, leads: list[Organisation], by: User) -> None:
    """One sketch handed in for each organisation; `by` writes for the first."""
    pattern = _pattern(call, leads[0], by)
    others = leads[1:]
    sketches = _copies(pattern.sketch, others, SketchState.SUBMITTED)
    versions = _versions(pattern, sketches, others)
    _add_leaves(call, versions)
    SketchVersion.objects.bulk_create(versions, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE competition_sketch SET current_version_id = v.id FROM competition_sketchversion v"
            " WHERE v.sketch_id = competition_sketch.id AND call_id = %s",
            [call.pk],
        )
    _copy_answers(pattern.sketch, sketches)
    _copy_topics(sketches)


def add_drafts(call: Call, lead: Organisation, by: User, number: int) -> list[Sketch]:
    """So many complete drafts of one organisation, none handed in."""
    pattern = call.sketches.select_related("call").order_by("pk").first()
    drafts = _copies(pattern, [lead] * number, SketchState.DRAFT)
    _copy_answers(pattern, drafts)
    # Somebody has written in the title: it must not stand in the pattern's words.
    Answer.objects.filter(sketch__in=drafts, question__code="title").update(updated_by=by)
    return drafts


def add_draft_of_each(call: Call, leads: list[Organisation]) -> list[Sketch]:
    """One complete draft of each organisation, in their order; the call has one sketch that was handed in."""
    pattern = call.sketches.select_related("call").order_by("pk").first()
    drafts = _copies(pattern, leads, SketchState.DRAFT)
    _copy_answers(pattern, drafts)
    return drafts


def _pattern(call: Call, lead: Organisation, by: User) -> SketchVersion:
    sketch = start_sketch(by=by, call=call, organisation=lead)
    questions = call.questions.exclude(kind=QuestionKind.FILE)
    topics = list(Topic.objects.order_by("code").values_list("code", flat=True))
    result = save_answers(by=by, sketch=sketch, values={q.code: _answer(q, topics) for q in questions})
    if result.errors:
        raise SystemExit(f"the benchmark's answers are refused: {result.errors}")
    version = submit_sketch(by=by, sketch=sketch, idempotency_key=uuid.uuid4())
    version.sketch = Sketch.objects.select_related("call").get(pk=sketch.pk)
    return version


def _answer(question: Question, topics: list[str]) -> Any:
    """Texts as long as people write them: most of what a question allows."""
    limit = question.max_chars or 200
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return (SENTENCE * (limit // len(SENTENCE) + 1))[: int(limit * 0.8)].strip()
        case QuestionKind.SHORT_TEXT:
            return "Trygge netter hjemme" if question.code == "title" else "Kommunedirektør"
        case QuestionKind.MONEY | QuestionKind.NUMBER:
            return "2500000"
        case QuestionKind.DATE:
            return "2030-01-31"
        case QuestionKind.TOPICS:
            return topics[:2]
        case QuestionKind.CONFIRM:
            return True
        case QuestionKind.CHOICE:
            return question.options.first().code
        case _:
            return [question.options.first().code]


def _copies(pattern: Sketch, leads: list[Organisation], state: str) -> list[Sketch]:
    now = timezone.now()
    return Sketch.objects.bulk_create(
        (
            Sketch(
                call=pattern.call,
                organisation=lead,
                reference=reference,
                state=state,
                title=f"{pattern.title} {n:05}",
                language=pattern.language,
                draft_revision=pattern.draft_revision,
                created_by_id=pattern.created_by_id,
                updated_at=now,
            )
            for n, (lead, reference) in enumerate(zip(leads, _numbers(len(leads)), strict=True))
        ),
        batch_size=BATCH,
    )


def _numbers(count: int) -> list[str]:
    """Reference or receipt numbers without a repetition among them."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[new_number()] = None
    return list(found)


def _versions(pattern: SketchVersion, sketches: list[Sketch], leads: list[Organisation]) -> list[SketchVersion]:
    """The pattern's version with the title, the reference, the applicant and the instant of each sketch."""
    now, versions = timezone.now(), []
    for n, (sketch, lead) in enumerate(zip(sketches, leads, strict=True)):
        submitted_at = now - dt.timedelta(seconds=len(sketches) - n)
        organisations = [pattern.organisations[0] | {"id": lead.pk, "name": lead.name}]
        canonical = pattern.canonical
        for old, new in (
            (canonical_text(pattern.organisations), canonical_text(organisations)),
            (pattern.sketch.reference, sketch.reference),
            (pattern.title, sketch.title),
        ):
            canonical = canonical.replace(old, new)
        versions.append(
            SketchVersion(
                sketch=sketch,
                number=1,
                title=sketch.title,
                submitted_at=submitted_at,
                submitted_by_id=pattern.submitted_by_id,
                draft_revision=sketch.draft_revision,
                questions=pattern.questions,
                answers=pattern.answers | {"title": sketch.title},
                organisations=organisations,
                topic_codes=pattern.topic_codes,
                canonical=canonical,
                sha256=sha256_hex(canonical),
                idempotency_key=uuid.uuid4(),
            )
        )
    return versions


def _add_leaves(call: Call, versions: list[SketchVersion]) -> None:
    """The tree's trigger wants leaves one by one with a count between; a bulk goes past it."""
    tree = ReceiptTree.objects.get(call=call)
    leaves = (
        ReceiptLeaf(
            call=call, index=tree.size + n, number=number, data_sha256=version.sha256, created_at=version.submitted_at
        )
        for n, (version, number) in enumerate(zip(versions, _numbers(len(versions)), strict=True))
    )
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE competition_receiptleaf DISABLE TRIGGER competition_new_leaf")
        for version, leaf in zip(versions, ReceiptLeaf.objects.bulk_create(leaves, batch_size=BATCH), strict=True):
            version.leaf = leaf
        cursor.execute("ALTER TABLE competition_receiptleaf ENABLE TRIGGER competition_new_leaf")
    ReceiptTree.objects.filter(pk=tree.pk).update(size=tree.size + len(versions))


def _copy_answers(pattern: Sketch, sketches: list[Sketch]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO competition_answer"
            " (sketch_id, question_id, value, revision, updated_at, updated_by_id, whole_since)"
            " SELECT s.id, a.question_id, a.value, a.revision, a.updated_at, a.updated_by_id, a.whole_since"
            " FROM competition_answer a, unnest(%s::bigint[]) AS s(id) WHERE a.sketch_id = %s",
            [[sketch.pk for sketch in sketches], pattern.pk],
        )


def _copy_topics(sketches: list[Sketch]) -> None:
    links, topics = Sketch.topics.through, list(Topic.objects.order_by("code"))
    links.objects.bulk_create(
        (
            links(sketch=sketch, topic=topic)
            for n, sketch in enumerate(sketches)
            for topic in {topics[n % len(topics)], topics[(n // 3) % len(topics)]}
        ),
        batch_size=2000,
    )
