"""Questions that an amendment took out of a form: their answers stay in the drafts, and pages may still be open."""

from __future__ import annotations

from collections.abc import Iterable

from competition.models import Call, Question
from competition.selectors.sections import ALONE, FACTS, Section, with_options


def retired_of_page(call: Call, code: str) -> tuple[Question, ...]:
    """Those that stood on the page of the form with this code."""
    retired = Question.all_objects.filter(call=call).exclude(retired_at=None).select_related("section")
    return tuple(with_options([question for question in retired if _page_code(question) == code]))


def _page_code(question: Question) -> str:
    if question.kind in ALONE:
        return question.code
    return question.section.code if question.section else FACTS


def retired_page(call: Call, code: str) -> Section | None:
    """A page that the form has no more, for whoever has it open; None where there was none."""
    questions = retired_of_page(call, code)
    return Section(code, questions[0].label, questions) if questions else None


def with_retired(call: Call, code: str, questions: tuple[Question, ...], shown: Iterable[str]) -> tuple[Question, ...]:
    """The page's questions, and those that an open page still shows: what was typed there is not lost."""
    missing = set(shown) - {question.code for question in questions}
    if not missing:
        return questions
    return (*questions, *(one for one in retired_of_page(call, code) if one.code in missing))
