"""How many sketches a change of the form concerns. Numbers only: nobody learns what stands in a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KeyTransform

from competition.conditions import Condition, is_met
from competition.enums import SketchState
from competition.models import Answer, Attachment, Call


def drafts_answering(call: Call, code: str) -> int:
    """Drafts that were never handed in, or taken back, with an answer to the question, or a file."""
    states = (SketchState.DRAFT, SketchState.WITHDRAWN)
    of_question = Q(question__code=code, sketch__call=call, sketch__state__in=states)
    answers = Answer.objects.filter(of_question).exclude(value__isnull=True).values("sketch")
    return answers.union(Attachment.objects.in_draft().filter(of_question).values("sketch")).count()


def versions_answering(call: Call, code: str) -> int:
    """Submitted sketches whose version that counts has an answer to the question, or a file."""
    return _submitted(call).filter(_answers(code)).count()


def versions_lacking(call: Call, code: str, question: Mapping[str, Any]) -> int:
    """Submitted sketches that would be asked the question, and whose version that counts has no answer to it.

    question: JSON of it, of which `shown_if` and `shown_if_codes` are read.
    """
    lacking = _submitted(call).exclude(_answers(code))
    if not question.get("shown_if"):
        return lacking.count()
    condition = Condition(question["shown_if"], frozenset(question["shown_if_codes"]))
    given = lacking.values_list(KeyTransform(condition.on, "current_version__answers"), flat=True)
    return sum(is_met(condition, value) for value in given)


def _submitted(call: Call):
    return call.sketches.filter(state=SketchState.SUBMITTED)


def _answers(code: str) -> Q:
    return Q(current_version__answers__has_key=code) | Q(current_version__files__contains=[{"question": code}])
