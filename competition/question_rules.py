"""What a form must keep to, whoever builds it: pure checks over its questions in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competition.conditions import CONFIRMED
from competition.enums import CONDITION_KINDS, OPTION_KINDS, TEXT_KINDS, QuestionKind
from competition.models import Question

Message = str | Promise

TITLE = "title"  # the code of the question that names a sketch in lists and receipts
OPTIONS_AT_MOST = 50
CURRENCY_LENGTH = 3
FILE_LIMITS = ("max_files", "max_megabytes", "max_pages")


def field_errors(question: Question, options: Collection[str]) -> dict[str, Message]:
    """{field: what is wrong} of one question by itself. options: the codes of its options."""
    errors: dict[str, Message] = {}
    if question.kind in OPTION_KINDS and len(options) < 2:
        errors["options"] = _("Write at least two options.")
    elif len(options) > OPTIONS_AT_MOST:
        errors["options"] = _("There are too many options: %(count)s at most.") % {"count": OPTIONS_AT_MOST}
    if question.max_chars and question.kind not in TEXT_KINDS:
        errors["max_chars"] = _("Only a text has a limit in characters.")
    if question.kind != QuestionKind.FILE:
        limited = [name for name in FILE_LIMITS if getattr(question, name)]
        errors |= dict.fromkeys(limited, _("Only a question for files has this limit."))
    if question.currency and question.kind != QuestionKind.MONEY:
        errors["currency"] = _("Only an amount of money has a currency.")
    elif question.currency and not _is_currency(question.currency):
        errors["currency"] = _("Write the currency with three capital letters, for instance NOK.")
    if question.code == TITLE:
        errors |= _title_errors(question)
    return errors


def _is_currency(text: str) -> bool:
    return len(text) == CURRENCY_LENGTH and text.isascii() and text.isalpha() and text.isupper()


def _title_errors(question: Question) -> dict[str, Message]:
    errors: dict[str, Message] = {}
    if question.kind != QuestionKind.SHORT_TEXT:
        errors["kind"] = _("The title of a sketch is a short text.")
    if not question.required:
        errors["required"] = _("Every sketch needs a title: lists and receipts name it by that.")
    if question.shown_if_id is not None:
        errors["shown_if"] = _("The title is asked of everybody.")
    return errors


def condition_errors(
    question: Question, earlier: Sequence[Question], options: Mapping[int, Collection[str]]
) -> dict[str, Message]:
    """What is wrong with the condition of a question. earlier: those before it; options: {question's key: codes}."""
    if question.shown_if_id is None:
        return (
            {"shown_if_codes": _("Choose the question that these answers belong to.")}
            if question.shown_if_codes
            else {}
        )
    on = next((one for one in earlier if one.pk == question.shown_if_id), None)
    if on is None:
        return {"shown_if": _("A question can only depend on one that comes before it.")}
    if on.kind not in CONDITION_KINDS:
        return {"shown_if": _("A question can only depend on a choice or a confirmation.")}
    offered = {CONFIRMED} if on.kind == QuestionKind.CONFIRM else set(options.get(on.pk, ()))
    if not question.shown_if_codes:
        return {"shown_if_codes": _("Choose at least one answer after which this is asked.")}
    if not offered.issuperset(question.shown_if_codes):
        return {"shown_if_codes": _("“%(question)s” does not offer this answer.") % {"question": on.label}}
    return {}


def broken_conditions(
    questions: Sequence[Question], options: Mapping[int, Collection[str]]
) -> list[tuple[Question, Message]]:
    """Questions of a whole form, in its order, whose condition cannot hold, each with the reason."""
    found = []
    for place, question in enumerate(questions):
        errors = condition_errors(question, questions[:place], options)
        found += [(question, message) for message in errors.values()]
    return found


def option_codes(questions: Iterable[Question]) -> dict[int, list[str]]:
    """{question's key: codes of its options}; options must have been read."""
    return {one.pk: [option.code for option in one.options.all()] for one in questions if one.kind in OPTION_KINDS}
