"""What stands between a call and its publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.enums import QuestionKind
from competition.models import Call

# Addresses of a sketch's own pages: a question of that name would be unreachable.
RESERVED_CODES = frozenset(
    (
        "facts",
        "check",
        "submit",
        "withdraw",
        "receipt",
        "co-applicants",
        "autosave",
        "files",
        "edit",
        "status",
        "letters",
    )
)


@dataclass(frozen=True)
class Problem:
    """`part` names what of the call is at fault, and where it is mended (PLACES); `text` says it to its manager."""

    part: str
    text: str | Promise

    def url(self, call: Call) -> str:
        """The page, and the field on it, where this is mended."""
        place = PLACES.get(self.part.partition(":")[0], PLACES["texts"])
        field = self.part.partition(":")[2] or place.field
        return reverse(place.page, args=[call.pk]) + (f"#id_{field}" if field else "")

    @property
    def group(self) -> str:
        return PLACES.get(self.part.partition(":")[0], PLACES["texts"]).group


@dataclass(frozen=True)
class Place:
    """Where parts of a call are edited. A part may name its field behind a colon, such as "texts:title_da"."""

    group: str
    page: str
    field: str = ""


# The groups of the checklist, in order.
GROUPS: dict[str, str | Promise] = {
    "texts": _("Texts and languages"),
    "dates": _("Dates"),
    "rules": _("Rules, money and access"),
    "questions": _("The form"),
    "criteria": _("Criteria"),
    "jury": _("Jury"),
}
_EDIT = "workspace:edit"
PLACES: dict[str, Place] = {
    "texts": Place("texts", _EDIT),
    "languages": Place("texts", _EDIT, "languages_0"),
    "default_language": Place("texts", _EDIT, "default_language"),
    "title": Place("texts", _EDIT),
    "summary": Place("texts", _EDIT),
    "pages": Place("texts", "workspace:overview"),
    "dates": Place("dates", _EDIT),
    "opens_at": Place("dates", _EDIT, "opens_at"),
    "deadline": Place("dates", _EDIT, "deadline"),
    "eligible_kinds": Place("rules", _EDIT, "eligible_kinds_0"),
    "rules": Place("rules", _EDIT),
    "contact": Place("rules", "workspace:programmes"),
    "access": Place("rules", "workspace:access"),
    "questions": Place("questions", "workspace:questions"),
    "criteria": Place("criteria", "scoring_workspace:criteria"),
    "weights": Place("criteria", "scoring_workspace:criteria"),
    "jury": Place("jury", "scoring_workspace:jury"),
}


# (call) -> problems of what an app above adds to a call, for instance weights that do not sum to 100
_checks: list[Callable[[Call], list[Problem]]] = []
# The same of what is allowed and yet worth a second look.
_advisers: list[Callable[[Call], list[Problem]]] = []


def register_check(check: Callable[[Call], list[Problem]]) -> None:
    if check not in _checks:
        _checks.append(check)


def register_adviser(adviser: Callable[[Call], list[Problem]]) -> None:
    if adviser not in _advisers:
        _advisers.append(adviser)


def advice_of_others(call: Call) -> list[Problem]:
    return [problem for adviser in _advisers for problem in adviser(call)]


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
