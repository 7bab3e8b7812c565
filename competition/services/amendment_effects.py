"""What gathered changes do to sketches that are written or handed in already: said to the owner before publishing."""

from __future__ import annotations

from collections.abc import Iterable

from competition.amending import ADD, CHANGE, Change
from competition.models import Call, Question
from competition.selectors.answer_counts import versions_lacking
from competition.services.amendable_questions import lacking_text


def effects_of(call: Call, changes: Iterable[Change]) -> dict[str, list[str]]:
    """{key of the change: sentences}. A few queries for each question that comes, goes or becomes a demand."""
    found = {}
    for change in changes:
        if change.rows is not None:
            values = change.after if change.op == ADD else change.before
            found[change.key_text] = change.rows.effects(call, change.code, values, change.op == ADD)
        elif is_new_demand(change):
            found[change.key_text] = _lacking(call, change.code)
    return found


def is_new_demand(change: Change) -> bool:
    """Whether a question that could be left open must be answered from now on."""
    return (change.target, change.op, change.field, change.after) == ("question", CHANGE, "required", True)


def _lacking(call: Call, code: str) -> list[str]:
    question = Question.objects.select_related("shown_if").filter(call=call, code=code).first()
    if question is None:
        return []
    condition = {
        "shown_if": question.shown_if.code if question.shown_if else "",
        "shown_if_codes": question.shown_if_codes,
    }
    return [lacking_text(versions_lacking(call, code, condition))]
