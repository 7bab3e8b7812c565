"""The rows of a call that amendments change: the call itself and its questions. Apps above add their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.errors import InvalidInput
from competition.amending import (
    LANGUAGES,
    Amendable,
    Shape,
    Target,
    Weight,
    assign,
    encode,
    fields_of,
    register_target,
    value_of,
)
from competition.models import Call, Question
from competition.question_rules import FILE_LIMITS, field_errors
from competition.services.question_options import (
    Options,
    check_options,
    options_of,
    refuse_used_options,
    write_options,
)

Find = Callable[[Call, str], models.Model | None]


@dataclass(frozen=True)
class Part:
    """A field that is rows of their own. read: row -> value. check: (row, JSON), raises InvalidInput; so does write."""

    read: Callable[[Any], Any]
    check: Callable[[Any, Any], None]
    write: Callable[[Any, Any], None]


@dataclass(frozen=True)
class RowTarget:
    """A target whose fields are columns of the row that `find(call, code)` gives; a `revision` counts on.

    whole: the row's own validation is asked too, not only that of the columns. rules: (row, values) -> {field: what is
    wrong}. parts: fields that are no columns.
    """

    fields: Mapping[str, Amendable]
    find: Find
    naming: Callable[[Any], dict[str, str]]
    whole: bool = False
    rules: Callable[[Any, Mapping[str, Any]], Mapping[str, Any]] | None = None
    parts: Mapping[str, Part] = field(default_factory=dict)

    def as_target(self, kind: str) -> Target:
        return Target(
            kind=kind, fields=self.fields, name=self.name, read=self.read, check=self.changed, apply=self.apply
        )

    def name(self, call: Call, code: str) -> dict[str, str]:
        row = self.find(call, code)
        return {} if row is None else self.naming(row)

    def read(self, call: Call, code: str) -> dict[str, Any]:
        row = self.find(call, code)
        return {} if row is None else {name: self._value(row, name, about) for name, about in self.fields.items()}

    def _value(self, row: models.Model, name: str, about: Amendable) -> Any:
        part = self.parts.get(name)
        return value_of(row, name, about) if part is None else encode(about, part.read(row))

    def changed(self, call: Call, code: str, values: Mapping[str, Any]) -> models.Model:
        """The row with the values, not saved. Raises InvalidInput by field."""
        row = self.find(call, code)
        if row is None:
            raise InvalidInput(dict.fromkeys(values, "–"))
        columns = {name: value for name, value in values.items() if name not in self.parts}
        for name, value in columns.items():
            try:
                assign(row, name, value)
            except ValidationError as error:
                raise InvalidInput({name: error.messages[0]}) from error
        _clean(row, set(columns), whole=self.whole)
        _keep_to(self.rules(row, values) if self.rules else {}, values)
        for name in values.keys() - columns.keys():
            self.parts[name].check(row, values[name])
        return row

    def apply(self, call: Call, code: str, values: Mapping[str, Any]) -> None:
        row = self.changed(call, code, values)
        columns = [name for name in values if name not in self.parts]
        own = [name for name in columns if not row._meta.get_field(name).many_to_many]
        if counts := hasattr(row, "revision"):
            row.revision += 1
        row.save(update_fields=[*own, "revision"] if counts else own)
        for name in set(columns) - set(own):
            related = row._meta.get_field(name).related_model
            getattr(row, name).set(related.objects.filter(code__in=values[name]))  # type: ignore[union-attr]
        for name in values.keys() - set(columns):
            self.parts[name].write(row, values[name])


def row_target(
    kind: str, *, fields: Mapping[str, Amendable], find: Find, name: Callable[[Any], dict[str, str]], **more: Any
) -> Target:
    """A RowTarget as amendments take it."""
    return RowTarget(fields=fields, find=find, naming=name, **more).as_target(kind)


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
        "complaint_days", "withdraw_until", "unconfirmed_co_applicants", "endorsement", "jurors_per_sketch",
        "shortlist_size", weight=Weight.DEMAND,
    ),
}  # fmt: skip
QUESTION_FIELDS: dict[str, Amendable] = {
    **fields_of(Question, "label", "help_text", weight=Weight.TEXT),
    **fields_of(Question, "jury_label", weight=Weight.TEXT, public=False),
    **fields_of(Question, "order", weight=Weight.TEXT, public=False),
    **fields_of(Question, "required", "public", "max_chars", weight=Weight.DEMAND),
    **fields_of(Question, *FILE_LIMITS, weight=Weight.DEMAND),
    "options": Amendable(label=_("Options"), weight=Weight.DEMAND, shape=Shape.OPTIONS),
}


def _question(call: Call, code: str) -> Question | None:
    return Question.objects.filter(call=call, code=code).first()


def _question_errors(question: Question, values: Mapping[str, Any]) -> Mapping[str, Any]:
    options = values["options"] if "options" in values else options_of(question)
    return field_errors(question, [one["code"] for one in options])


def _check_options(question: Question, options: Options) -> None:
    """What is no set of options, what somebody has chosen, and what another question depends on."""
    check_options(question, options)
    refuse_used_options(question, options)
    codes = {one["code"] for one in options}
    for other in question.dependants.all():
        if not codes.issuperset(other.shown_if_codes):
            text = _("“%(question)s” is asked only after an option that would go. It must stay.")
            raise InvalidInput({"options": text % {"question": other.label}})


register_target(row_target("call", fields=CALL_FIELDS, find=lambda call, _code: call, name=lambda _row: {}, whole=True))
register_target(
    row_target(
        "question",
        fields=QUESTION_FIELDS,
        find=_question,
        name=named_by("label"),
        rules=_question_errors,
        parts={"options": Part(options_of, _check_options, write_options)},
    )
)
