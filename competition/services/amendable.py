"""The rows of a call that amendments change: the call itself and its questions. Apps above add their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from accounts.errors import InvalidInput
from competition.amending import (
    LANGUAGES,
    Amendable,
    Target,
    Weight,
    assign,
    fields_of,
    register_target,
    value_of,
)
from competition.models import Call, Question
from competition.question_rules import FILE_LIMITS, field_errors

Find = Callable[[Call, str], models.Model | None]


def row_target(
    kind: str,
    *,
    fields: Mapping[str, Amendable],
    find: Find,
    name: Callable[[models.Model], dict[str, str]],
    whole: bool = False,
    rules: Callable[[Any], Mapping[str, Any]] | None = None,
) -> Target:
    """A target whose fields are columns of the row that `find(call, code)` gives; a `revision` counts on.

    whole: the row's own validation is asked too, not only that of the columns. rules: {field: what is wrong} of a row.
    """

    def read(call: Call, code: str) -> dict[str, Any]:
        row = find(call, code)
        return {} if row is None else {field: value_of(row, field, about) for field, about in fields.items()}

    def changed(call: Call, code: str, values: Mapping[str, Any]) -> models.Model:
        row = find(call, code)
        if row is None:
            raise InvalidInput(dict.fromkeys(values, "–"))
        for field, value in values.items():
            try:
                assign(row, field, value)
            except ValidationError as error:
                raise InvalidInput({field: error.messages[0]}) from error
        _clean(row, set(values), whole=whole)
        _keep_to(rules(row) if rules else {}, values)
        return row

    def apply(call: Call, code: str, values: Mapping[str, Any]) -> None:
        row = changed(call, code, values)
        own = [field for field in values if not row._meta.get_field(field).many_to_many]
        if counts := hasattr(row, "revision"):
            row.revision += 1
        row.save(update_fields=[*own, "revision"] if counts else own)
        for field in values.keys() - set(own):
            related = row._meta.get_field(field).related_model
            getattr(row, field).set(related.objects.filter(code__in=values[field]))  # type: ignore[union-attr]

    def named(call: Call, code: str) -> dict[str, str]:
        row = find(call, code)
        return {} if row is None else name(row)

    return Target(kind=kind, fields=fields, name=named, read=read, check=changed, apply=apply)  # type: ignore[arg-type]


def _keep_to(wrong: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    if errors := {field: text for field, text in wrong.items() if field in values}:
        raise InvalidInput(errors)


def _clean(row: models.Model, names: set[str], *, whole: bool) -> None:
    others = {field.name for field in row._meta.fields} - names
    try:
        row.clean_fields(exclude=others)
        if whole:
            row.clean()
            row.validate_constraints()
    except ValidationError as error:
        raise InvalidInput(
            {("" if field == NON_FIELD_ERRORS else field): texts[0] for field, texts in error.message_dict.items()}
        ) from error


def named_by(column: str) -> Callable[[models.Model], dict[str, str]]:
    """The row's translated column, in every language in which it has a text."""

    def name(row: models.Model) -> dict[str, str]:
        texts = {language: getattr(row, f"{column}_{language}") for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text}

    return name


CALL_FIELDS: dict[str, Amendable] = {
    **fields_of(Call, "title", "summary", "body", "who_may_apply", "how_judged", weight=Weight.TEXT),
    **fields_of(Call, "languages", "hours_to_write", "topics", weight=Weight.TEXT),
    **fields_of(Call, "deadline", "questions_until", weight=Weight.DATE),
    **fields_of(Call, "pitch_at", "result_at", weight=Weight.DATE, after_deadline=True),
    **fields_of(Call, "assessment_due_at", weight=Weight.DATE, after_deadline=True, public=False),
    **fields_of(
        Call, "budget", "max_per_project", "eligible_kinds", "eligible_countries", "min_organisations", "access",
        "complaint_days", "withdraw_until", "unconfirmed_co_applicants", "jurors_per_sketch", "shortlist_size",
        weight=Weight.DEMAND,
    ),
}  # fmt: skip
QUESTION_FIELDS: dict[str, Amendable] = {
    **fields_of(Question, "label", "help_text", weight=Weight.TEXT),
    **fields_of(Question, "jury_label", weight=Weight.TEXT, public=False),
    **fields_of(Question, "order", weight=Weight.TEXT, public=False),
    **fields_of(Question, "required", "public", "max_chars", weight=Weight.DEMAND),
    **fields_of(Question, *FILE_LIMITS, weight=Weight.DEMAND),
}


def _question(call: Call, code: str) -> Question | None:
    return Question.objects.filter(call=call, code=code).first()


def _question_errors(question: Question) -> Mapping[str, Any]:
    return field_errors(question, list(question.options.values_list("code", flat=True)))


register_target(row_target("call", fields=CALL_FIELDS, find=lambda call, _code: call, name=lambda _row: {}, whole=True))
register_target(
    row_target("question", fields=QUESTION_FIELDS, find=_question, name=named_by("label"), rules=_question_errors)
)
