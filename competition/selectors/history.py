"""Earlier texts of one answer of a draft, each with what it changed of the one before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404

from competition.answers import parse
from competition.difference import Part, difference, shortened
from competition.display import answer_text, freeze_question
from competition.enums import TEXT_KINDS, EarlierKind, QuestionKind
from competition.models import AnswerHistory, Question, Sketch, Topic
from competition.organisation_lists import as_lines
from competition.selectors.sections import with_options

PAGE_SIZE = 50


@dataclass(frozen=True)
class Earlier:
    """One stretch of writing. `who`: empty where it is oneself, or nobody knows any more (`is_own` tells which).

    parts: from the text before it to this one; `is_now`: the draft holds it.
    """

    pk: int
    who: str
    is_own: bool
    kind: EarlierKind
    from_at: dt.datetime
    until_at: dt.datetime
    parts: list[Part]
    is_empty: bool
    is_now: bool


def get_question_with_history(sketch: Sketch, code: str) -> Question:
    """A question of the sketch's call whose answer is written, also one that is no longer asked; or Http404."""
    question = get_object_or_404(Question.all_objects.select_related("section"), call=sketch.call_id, code=code)
    if question.kind == QuestionKind.FILE:
        raise Http404
    return with_options([question])[0]


def get_earlier(sketch: Sketch, question: Question, pk: int) -> AnswerHistory:
    """Raises Http404."""
    return get_object_or_404(AnswerHistory, sketch=sketch, question=question, pk=pk)


def earlier_texts(user, sketch: Sketch, question: Question, *, page: str | None, language: str) -> Page:
    """A page of Earlier, the latest first; a number out of range gives the nearest page. At most four queries."""
    rows = AnswerHistory.objects.filter(sketch=sketch, question=question).select_related("person")
    found = Paginator(rows, PAGE_SIZE).get_page(page)
    start = (found.number - 1) * PAGE_SIZE
    shown = list(rows[start : start + PAGE_SIZE + 1])  # and the one that the last is compared with
    in_words = _Words(sketch, question, language)
    texts = [in_words(row.value) for row in shown]
    now = sketch.answers.filter(question=question).values_list("value", flat=True).first()
    found.object_list = [
        _earlier(user, row, texts[place], texts[place + 1] if place + 1 < len(texts) else "", now)  # type: ignore[misc]
        for place, row in enumerate(shown[:PAGE_SIZE])
    ]
    return found


class _Words:
    """An answer to the question as plain text."""

    def __init__(self, sketch: Sketch, question: Question, language: str) -> None:
        topics = list(Topic.objects.all()) if question.kind == QuestionKind.TOPICS else []
        self.frozen = freeze_question(question, currency=sketch.call.currency, topics=topics)
        self.codes = frozenset(topic.code for topic in topics)
        self.question, self.language = question, language

    def __call__(self, value: Any) -> str:
        if self.question.kind not in TEXT_KINDS and parse(self.question, value, topic_codes=self.codes).error:
            return as_lines(value)  # from before the question was amended
        return answer_text(self.frozen, value, self.language, [])


def _earlier(user, row: AnswerHistory, text: str, before: str, now: Any) -> Earlier:
    is_own = row.person_id == user.pk
    return Earlier(
        pk=row.pk,
        who=row.person.name if row.person and not is_own else "",
        is_own=is_own,
        kind=EarlierKind(row.kind),
        from_at=row.from_at,
        until_at=row.until_at,
        parts=shortened(difference(before, text)),
        is_empty=not text,
        is_now=row.value == now,
    )
