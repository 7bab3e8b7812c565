"""Which questions of a form are asked, given the answers so far. Pure; the one truth for pages, checks and versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from competition.models import Question

CONFIRMED = "true"  # what stands for a ticked confirmation among the codes of a condition


@dataclass(frozen=True)
class Condition:
    """The question is asked only where the question `on` is asked itself and has one of `codes` as its answer."""

    on: str
    codes: frozenset[str]


def asked_codes(
    order: Iterable[str], conditions: Mapping[str, Condition], answers: Mapping[str, Any]
) -> frozenset[str]:
    """The codes of the questions that are asked.

    order: all codes as the form has them; a condition on a later question, or on none, is never met. answers: {code:
    value as stored}; what was answered to a question that is not asked counts for nothing.
    """
    asked: set[str] = set()
    for code in order:
        condition = conditions.get(code)
        if condition is None or (condition.on in asked and is_met(condition, answers.get(condition.on))):
            asked.add(code)
    return frozenset(asked)


def is_met(condition: Condition, value: Any) -> bool:
    """Whether a stored answer (a code, codes, or True for a confirmation) holds one of the condition's codes."""
    if value is True:
        return CONFIRMED in condition.codes
    if isinstance(value, str):
        return value in condition.codes
    return isinstance(value, list) and any(code in condition.codes for code in value if isinstance(code, str))


def conditions_of(questions: Iterable[Question]) -> dict[str, Condition]:
    """{code: condition} of those questions that have one. `questions`: the whole form."""
    questions = list(questions)
    code_of = {question.pk: question.code for question in questions}
    return {
        question.code: Condition(code_of.get(question.shown_if_id, ""), frozenset(question.shown_if_codes))
        for question in questions
        if question.shown_if_id is not None
    }


def asked(questions: Iterable[Question], answers: Mapping[str, Any]) -> frozenset[str]:
    """The codes of those of a whole form's questions, in the form's order, that are asked."""
    questions = list(questions)
    return asked_codes([question.code for question in questions], conditions_of(questions), answers)
