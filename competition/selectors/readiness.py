"""What stands between a call and its publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import QuestionKind
from competition.models import Call
from competition.models.call import OPEN_PERIOD_DAYS

# Addresses of a sketch's own pages: a question of that name would be unreachable.
RESERVED_CODES = frozenset(
    ("facts", "check", "submit", "withdraw", "receipt", "co-applicants", "autosave", "files", "edit")
)


@dataclass(frozen=True)
class Problem:
    """`part` names what of the call is at fault; `text` says it to its manager."""

    part: str
    text: str | Promise


# (call) -> problems of what an app above adds to a call, for instance weights that do not sum to 100
_checks: list[Callable[[Call], list[Problem]]] = []


def register_check(check: Callable[[Call], list[Problem]]) -> None:
    if check not in _checks:
        _checks.append(check)


def problems(call: Call, *, now: dt.datetime | None = None) -> list[Problem]:
    """Everything that keeps the call from being published; empty when it is ready."""
    found = [*_texts(call), *_form(call)]
    if now is not None and call.deadline <= now:
        found.append(Problem("deadline", _("The deadline lies in the past.")))
    if not call.eligible_kinds:
        found.append(Problem("eligible_kinds", _("Say which kinds of organisations may apply.")))
    for check in _checks:
        found += check(call)
    return found


def _texts(call: Call) -> list[Problem]:
    if not call.languages:
        return [Problem("languages", _("Choose at least one language."))]
    if call.default_language not in call.languages:
        return [Problem("default_language", _("The main language must be one of the call's languages."))]
    missing = [language for language in call.languages if not getattr(call, f"title_{language}")]
    if missing:
        return [Problem("title", _("The title is missing in: %(languages)s.") % {"languages": ", ".join(missing)})]
    if not call.summary:
        return [Problem("summary", _("Write a summary."))]
    return []


def _form(call: Call) -> list[Problem]:
    questions = {question.code: question for question in call.questions.prefetch_related("options")}
    if not questions:
        return [Problem("questions", _("The form has no questions."))]
    found = []
    title = questions.get("title")
    if title is None or title.kind != QuestionKind.SHORT_TEXT or not title.required:
        found.append(Problem("questions", _("The form needs a required short text with the code “title”.")))
    for question in questions.values():
        if question.code in RESERVED_CODES:
            found.append(
                Problem("questions", _("The code “%(code)s” is used by the site itself.") % {"code": question.code})
            )
        if question.kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE) and not question.options.all():
            found.append(
                Problem("questions", _("The question “%(question)s” has no options.") % {"question": question.label})
            )
    return found


def warnings(call: Call) -> list[Problem]:
    """What is allowed and yet worth a second look."""
    found = []
    if call.deadline - call.opens_at < dt.timedelta(days=OPEN_PERIOD_DAYS):
        found.append(
            Problem("deadline", _("The call is open for less than %(days)s days.") % {"days": OPEN_PERIOD_DAYS})
        )
    return found
