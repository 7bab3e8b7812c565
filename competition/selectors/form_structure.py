"""The form of a call as its owner sees it: sections and questions in one order, and what hangs on what."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from competition.models import Answer, Attachment, Call, Question, QuestionSection
from competition.selectors.readiness import RESERVED_CODES
from competition.selectors.sections import questions_of

SECTION, QUESTION = "section", "question"


@dataclass
class Part:
    """A section of the form with its questions; `section` is None for those that come before all sections."""

    section: QuestionSection | None
    questions: list[Question] = field(default_factory=list)


def parts_of(call: Call) -> list[Part]:
    """Every section in order, empty ones too, after the questions without one. At most three queries."""
    parts = {None: Part(None)} | {section.pk: Part(section) for section in call.sections.all()}
    for question in questions_of(call):
        parts[question.section_id].questions.append(question)
    return list(parts.values())


def order_of(parts: Iterable[Part]) -> list[str]:
    """The form as one list of "section:<code>" and "question:<code>": what follows a section belongs to it."""
    order: list[str] = []
    for part in parts:
        if part.section is not None:
            order.append(f"{SECTION}:{part.section.code}")
        order += [f"{QUESTION}:{question.code}" for question in part.questions]
    return order


def revision_of(order: Iterable[str]) -> int:
    """A number that changes whenever the order does; a form that reorders carries it."""
    return zlib.crc32("\n".join(order).encode())


def moved(order: list[str], item: str, *, up: bool) -> list[str]:
    """The order with one item a step further up or down; a section takes its questions along.

    A question at the edge of its section goes over into the next one. What cannot move gives the same order.
    """
    blocks = [[one] for one in order] if item.startswith(QUESTION) else _blocks(order)
    place = next((place for place, block in enumerate(blocks) if block[0] == item), None)
    if place is None:
        return order
    other = place - 1 if up else place + 1
    first = 1 if item.startswith(SECTION) and order and not order[0].startswith(SECTION) else 0
    if first <= other < len(blocks):
        blocks[place], blocks[other] = blocks[other], blocks[place]
    return [one for block in blocks for one in block]


def _blocks(order: list[str]) -> list[list[str]]:
    blocks: list[list[str]] = []
    for one in order:
        if one.startswith(SECTION) or not blocks:
            blocks.append([])
        blocks[-1].append(one)
    return blocks


def taken_codes(call: Call) -> set[str]:
    """Codes that a new question or section cannot have: pages of the site, and what the form has, or had, already."""
    questions = Question.all_objects.filter(call=call).values_list("code", flat=True)
    return {*RESERVED_CODES, *questions, *call.sections.values_list("code", flat=True)}


def answer_count(question: Question) -> int:
    """How many drafts and submissions hold an answer to it, or a file."""
    answered = Answer.objects.filter(question=question).exclude(value__isnull=True).values("sketch")
    attached = Attachment.objects.filter(question=question).values("sketch")
    return answered.union(attached).count()


def section_named(call: Call, code: str) -> QuestionSection | None:
    return call.sections.select_related("call").filter(code=code).first() if code else None


def question_named(call: Call, code: str) -> Question | None:
    """A question of the call, with what its editor shows of it."""
    found = call.questions.select_related("section", "shown_if").filter(code=code).first()
    if found is not None:
        found.call = call
    return found


def name_of_item(call: Call, item: str) -> str:
    """What people call an item of the form's order."""
    kind, _colon, code = item.partition(":")
    rows = call.sections if kind == SECTION else call.questions
    return str(rows.filter(code=code).first() or code)
