"""Earlier texts: whatever an answer of a draft held is kept until the draft is deleted.

A person's writing in one answer is one row for as long as it grows together, ten minutes at most. Where one overwrites
what somebody else has written, takes an earlier text, or has chosen between two, everybody's row ends there. Texts that
were joined grow together, so that two who write at once have a row each and not one for every few seconds.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.guards import require
from accounts.models import User
from competition.answers import is_empty, parse
from competition.clock import database_now
from competition.enums import EarlierKind, QuestionKind
from competition.models import Answer, AnswerHistory, Question, Sketch, Topic

STRETCH = dt.timedelta(minutes=10)
# One statement, for every autosave sends it. A row of a stretch that goes on is written anew.
KEEP = """
WITH counted AS (
    UPDATE competition_sketch SET draft_revision = %(count)s, title = %(title)s, updated_at = %(updated_at)s
    WHERE id = %(sketch)s
)
INSERT INTO competition_answerhistory (sketch_id, question_id, kind, value, person_id, revision, from_at, until_at)
SELECT %(sketch)s, row.question, %(kind)s, row.value, %(person)s, row.revision, row.from_at, %(until_at)s
FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS row(question bigint, value jsonb, revision integer, from_at timestamptz)
ON CONFLICT (sketch_id, question_id, revision)
DO UPDATE SET kind = excluded.kind, value = excluded.value, until_at = excluded.until_at
"""


def with_own_stretch(answers: QuerySet[Answer], by: User) -> QuerySet[Answer]:
    """Each with `own_revision` and `own_from`: where the person's last stretch in it began. Costs no query."""
    own = AnswerHistory.objects.filter(
        sketch=OuterRef("sketch"), question=OuterRef("question"), person=by, revision__isnull=False
    ).order_by("-revision")
    return answers.annotate(
        own_revision=Subquery(own.values("revision")[:1]), own_from=Subquery(own.values("from_at")[:1])
    )


def store(
    sketch: Sketch,
    answers: list[Answer],
    present: Mapping[str, Answer],
    *,
    by: User,
    joined: Collection[str] = (),
    kind: EarlierKind = EarlierKind.WRITTEN,
    replaces: bool = False,
) -> None:
    """Write changed answers, their history, and the draft's count and title, in two statements.

    sketch: locked, counted on. answers: unsaved, of one instant. present: {code: the answer until now, of
    with_own_stretch}. replaces: ends also the person's own stretch.
    """
    rows = []
    for answer in answers:
        code = answer.question.code
        before = present.get(code)
        overwrites = before is None or (code not in joined and (replaces or before.updated_by_id != by.pk))
        answer.whole_since = answer.revision if overwrites or before is None else before.whole_since
        rows.append({"question": answer.question_id, "value": answer.value, **_stretch(answer, before)})
    Answer.objects.bulk_create(
        answers,
        update_conflicts=True,
        unique_fields=["sketch", "question"],
        update_fields=["value", "revision", "page", "whole_since", "updated_by", "updated_at"],
    )
    sketch.updated_at = timezone.now()
    values: dict[str, Any] = {
        "sketch": sketch.pk,
        "count": sketch.draft_revision,
        "title": sketch.title,
        "updated_at": sketch.updated_at,
        "kind": kind,
        "person": by.pk,
        "until_at": answers[0].updated_at,
        "rows": json.dumps(rows),
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)


def _stretch(answer: Answer, before: Answer | None) -> dict[str, Any]:
    """Where the stretch began that the answer belongs to: one of the person's own that goes on, or here."""
    own, since = getattr(before, "own_revision", None), getattr(before, "own_from", None)
    if own is None or since is None or own < answer.whole_since or answer.updated_at - since >= STRETCH:
        return {"revision": answer.revision, "from_at": answer.updated_at.isoformat()}
    return {"revision": own, "from_at": since.isoformat()}


@transaction.atomic
def set_aside(*, by: User, sketch: Sketch, question: Question, typed: Any) -> AnswerHistory | None:
    """Keep what the person typed and, having seen the other text, does not use. It never was in the draft.

    None where it is no answer, or nothing. Raises NotAllowed.
    """
    require("competition.write_sketch", by, sketch)
    codes = Topic.objects.values_list("code", flat=True) if question.kind == QuestionKind.TOPICS else ()
    parsed = parse(question, typed, topic_codes=frozenset(codes), country=sketch.organisation.country)
    if not parsed.storable or is_empty(parsed.value):
        return None
    now = database_now()
    return AnswerHistory.objects.create(
        sketch=sketch,
        question=question,
        kind=EarlierKind.NOT_USED,
        value=parsed.value,
        person=by,
        from_at=now,
        until_at=now,
    )
