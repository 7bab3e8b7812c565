"""What an agency wants to know before it begins: whether it may apply, what it needs, how long it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from competition.enums import AccessMode, QuestionKind
from competition.models import Call, Question
from competition.selectors.access import why_not_eligible
from competition.selectors.call_page import AskedSection, questions_by_section

# How the time is reckoned where the call does not say it. A page of considered text is about 2,500 characters, and
# takes two hours with reading up, asking colleagues and rewriting; anything else asked takes five minutes.
CHARACTERS_PER_HOUR = 1250
MINUTES_PER_QUESTION = 5
# Of the room given for a text, people use about two thirds.
SHARE_USED = 2 / 3


@dataclass(frozen=True)
class Verdict:
    """The answer to "may we apply?". `reasons` say why not; `conditions` what must still be seen to."""

    reasons: tuple[str | Promise, ...]
    conditions: tuple[str | Promise, ...]

    @property
    def may_apply(self) -> bool:
        return not self.reasons


@dataclass(frozen=True)
class Preparation:
    """What the form asks for, counted."""

    sections: list[AskedSection]
    required: int
    optional: int
    characters: int
    attachments: list[Question]
    hours: int
    hours_are_reckoned: bool

    @property
    def pages(self) -> int:
        """The room for text in pages of 2,500 characters, rounded up."""
        return math.ceil(self.characters / 2500)


def preparation(call: Call) -> Preparation:
    """One query."""
    sections = questions_by_section(call)
    questions = [asked.question for section in sections for asked in section.questions]
    characters = sum(question.max_chars or 0 for question in questions)
    return Preparation(
        sections=sections,
        required=sum(question.required for question in questions),
        optional=sum(not question.required for question in questions),
        characters=characters,
        attachments=[question for question in questions if question.kind == QuestionKind.FILE],
        hours=call.hours_to_write or reckoned_hours(questions),
        hours_are_reckoned=not call.hours_to_write,
    )


def reckoned_hours(questions: list[Question]) -> int:
    """Whole hours that answering may take, at least one where anything is asked."""
    characters = SHARE_USED * sum(question.max_chars or 0 for question in questions)
    short = sum(not question.max_chars for question in questions)
    return math.ceil(characters / CHARACTERS_PER_HOUR + short * MINUTES_PER_QUESTION / 60)


def verdict(call: Call, *, kind: str, country: str) -> Verdict:
    """Whether an organisation of the kind and from the country may stand behind a sketch. No query."""
    reason = why_not_eligible(call, Organisation(kind=kind, country=country))
    conditions: list[str | Promise] = []
    if call.min_organisations > 1:
        others = call.min_organisations - 1
        conditions.append(
            ngettext(
                "You need at least %(count)s other organisation to apply together with you.",
                "You need at least %(count)s other organisations to apply together with you.",
                others,
            )
            % {"count": others}
        )
    if call.access == AccessMode.CODE:
        conditions.append(_("You need an invitation code from the programme owner."))
    return Verdict((reason,) if reason else (), () if reason else tuple(conditions))
