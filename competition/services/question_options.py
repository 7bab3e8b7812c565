"""The options of a choice: written together, each known by a code that stays."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from competition.codes import new_code
from competition.conditions import CONFIRMED
from competition.models import Answer, Question, QuestionOption

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# In order: {"code": "" for a new one, "label_nb": …}; a language that is left out has no text.
Options = list[dict[str, Any]]


def options_of(question: Question) -> Options:
    """The options as they are, in the shape in which they are written."""
    return [
        {"code": option.code} | {f"label_{code}": getattr(option, f"label_{code}") or "" for code in LANGUAGES}
        for option in QuestionOption.objects.filter(question=question.pk)
    ]


def with_codes(options: Options, language: str) -> Options:
    """The options, those without a code having one made of their text in the language; codes that are there stay."""
    taken = {one["code"] for one in options if one.get("code")} | {CONFIRMED}
    found = []
    for one in options:
        code = one.get("code") or new_code(str(one.get(f"label_{language}") or ""), taken=taken, fallback="option")
        taken.add(code)
        found.append({"code": code} | {f"label_{each}": one.get(f"label_{each}") or "" for each in LANGUAGES})
    return found


def refuse_used_options(question: Question, options: Options) -> None:
    """Raise InvalidInput where an option that would go is somebody's answer."""
    gone = {one["code"]: one for one in options_of(question)}
    for one in options:
        gone.pop(one["code"], None)
    if not gone:
        return
    values = Answer.objects.filter(question=question).exclude(value__isnull=True).values_list("value", flat=True)
    chosen = {code for value in values for code in (value if isinstance(value, list) else [value])}
    if used := [code for code in gone if code in chosen]:
        text = _("Somebody has chosen “%(option)s” already, so that it must stay.")
        main = question.call.default_language
        raise InvalidInput({"options": text % {"option": gone[used[0]][f"label_{main}"] or used[0]}})


def check_options(question: Question, options: Options) -> None:
    """Raise InvalidInput under "options" for what write_options would refuse."""
    for one in options:
        texts = {f"label_{language}": one.get(f"label_{language}") or "" for language in LANGUAGES}
        _check(QuestionOption(code=one["code"], order=1, **texts), question.call.default_language)


def write_options(question: Question, options: Options) -> None:
    """Let the question have exactly these options, in this order. Raises InvalidInput under "options"."""
    present = {option.code: option for option in QuestionOption.objects.filter(question=question.pk)}
    rows = []
    for order, one in enumerate(options, start=1):
        row = present.pop(one["code"], None) or QuestionOption(question=question, code=one["code"])
        row.order = order
        for language in LANGUAGES:
            setattr(row, f"label_{language}", one.get(f"label_{language}") or "")
        _check(row, question.call.default_language)
        rows.append(row)
    QuestionOption.objects.filter(pk__in=[row.pk for row in present.values()]).delete()
    for row in rows:
        row.save()


def _check(row: QuestionOption, language: str) -> None:
    if not getattr(row, f"label_{language}"):
        raise InvalidInput({"options": _("Write every option in the main language of the call.")})
    try:
        row.clean_fields(exclude=["question", "label"])
    except ValidationError as error:
        raise InvalidInput({"options": next(iter(error.message_dict.values()))[0]}) from error
