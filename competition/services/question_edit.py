"""Changing the form of a call. What has been handed in keeps the questions as they were asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput, Refused
from accounts.guards import require
from accounts.models import User
from competition import audit
from competition.clock import database_now
from competition.models import Call, Question

TEXTS = ("label_", "help_text_")
FACTS = ("order", "required", "public", "max_chars")


def only_texts_at(call: Call, now: dt.datetime) -> bool:
    """Whether applicants may have begun: from then on the wording can be made clearer, the demands cannot change."""
    return call.published_at is not None and now >= call.opens_at


@transaction.atomic
def update_question(*, by: User, question: Question, **fields: Any) -> Question:
    """Change a question's texts (`label_nb`, `help_text_da` …) and, until the call opens, its demands.

    Raises NotAllowed, Refused after the deadline, InvalidInput for a demand that is fixed by now or that no column
    holds.
    """
    call = Call.objects.select_for_update().get(pk=question.call_id)
    require("competition.manage_call", by, call)
    if unknown := [name for name in fields if name not in FACTS and not name.startswith(TEXTS)]:
        raise TypeError(f"not fields of a question that can be set: {unknown}")
    now = database_now()
    if call.published_at and now >= call.deadline:
        raise Refused(_("The deadline has passed. The questions stand as they were answered."))
    changed = sorted(name for name, value in fields.items() if getattr(question, name) != value)
    if only_texts_at(call, now) and (fixed := [name for name in changed if name in FACTS]):
        raise InvalidInput({name: _("The call is open: applicants have begun to answer.") for name in fixed})
    if changed:
        for name in changed:
            setattr(question, name, fields[name])
        _check(question, changed)
        question.save(update_fields=changed)
        audit.record(call=call, action="competition.update_question", by=by, question=question.code, changed=changed)
    return question


def _check(question: Question, changed: list[str]) -> None:
    """What the columns hold: a form alone would let a number through that is too large for them."""
    try:
        question.clean_fields(exclude={field.name for field in question._meta.fields} - set(changed))
    except ValidationError as error:
        raise InvalidInput({field: texts[0] for field, texts in error.message_dict.items()}) from error
