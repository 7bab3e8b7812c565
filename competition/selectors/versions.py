"""Two states of a sketch beside each other: submitted versions, and the draft."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from competition.difference import Part, difference, shortened
from competition.display import answer_text, freeze_question, in_language
from competition.enums import QuestionKind
from competition.models import Sketch, SketchVersion
from competition.selectors.sections import Draft

DRAFT = "draft"
NUMBER = re.compile("[0-9]{1,4}")  # the column holds some more


@dataclass(frozen=True)
class Compared:
    """One question whose answers differ. `can_restore`: an answer of the form as it is, files left out.

    is_written: no files, so that the draft has earlier texts of it.
    """

    code: str
    label: str
    parts: list[Part]
    can_restore: bool
    is_written: bool


@dataclass(frozen=True)
class State:
    """What a version, or the draft, holds: {code: frozen question} in order, and the answers as plain texts."""

    questions: dict[str, dict[str, Any]]
    texts: dict[str, str]


def get_version(sketch: Sketch, number: str) -> SketchVersion:
    """The submitted version of that number, or Http404."""
    known = NUMBER.fullmatch(number) and sketch.versions.filter(number=int(number)).first()
    if not known:
        raise Http404
    return known


def state_of_version(version: SketchVersion, language: str) -> State:
    questions = {question["code"]: question for question in version.questions}
    return State(
        questions,
        {
            code: answer_text(
                question,
                version.answers.get(code),
                language,
                [file for file in version.files if file["question"] == code],
            )
            for code, question in questions.items()
        },
    )


def state_of_draft(draft: Draft, language: str) -> State:
    asked = [question for page in draft.sections for question in draft.asked_of(page)]
    currency = draft.sketch.call.currency
    return State(
        {question.code: freeze_question(question, currency=currency, topics=draft.topics) for question in asked},
        {question.code: draft.text(question, language) for question in asked},
    )


def compare(before: State, after: State, *, language: str, restorable: frozenset[str] = frozenset()) -> list[Compared]:
    """What differs, in the order of the form; questions that only the earlier state has come last."""
    rows = []
    for code, question in (after.questions | before.questions).items():
        old, new = before.texts.get(code, ""), after.texts.get(code, "")
        if old != new:
            rows.append(
                Compared(
                    code=code,
                    label=in_language(question["label"], language),
                    parts=shortened(difference(old, new)),
                    can_restore=code in restorable and question["kind"] != QuestionKind.FILE,
                    is_written=question["kind"] != QuestionKind.FILE,
                )
            )
    return rows
