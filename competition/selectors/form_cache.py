"""The form of an open call, read once for each revision of the call in each process."""

from __future__ import annotations

from django.utils import timezone

from competition.models import Call, Question
from competition.selectors.sections import questions_of

FORMS_KEPT = 32
_forms: dict[tuple[int, int], list[Question]] = {}


def form_of(call: Call) -> list[Question]:
    """As questions_of, in no query where this process has read the form before. Nobody changes what it gives.

    While a call is open its form changes by amendments only, and each of them counts the call's revision on.
    """
    if call.opens_at is None or call.opens_at > timezone.now():
        return questions_of(call)
    key = (call.pk, call.revision)
    if (known := _forms.get(key)) is None:
        known = _forms[key] = questions_of(call)
        while len(_forms) > FORMS_KEPT:
            _forms.pop(next(iter(_forms)), None)
    return list(known)


def forget_forms() -> None:
    """What this process has read: for whoever changes rows under it."""
    _forms.clear()
