"""Forms of the owner's workspace that build a call's form: questions with their options, sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from competition.conditions import CONFIRMED
from competition.enums import CONDITION_KINDS, OPTION_KINDS, QuestionKind
from competition.models import Call, Question, QuestionSection
from competition.question_rules import FILE_LIMITS, OPTIONS_AT_MOST
from competition.services.question_edit import shown_values
from competition.services.question_options import options_of, with_codes
from competition.workspace_edits import EditedForm, PastedLineField, pasted

TEXTS = ("label", "help_text", "jury_label")
FACTS = ("kind", "required", "public", "max_chars", "currency", *FILE_LIMITS, "code")
STRUCTURE = ("kind", "section", "options", "code", "currency", "shown_if", "shown_if_codes")
EMPTY_ROWS = 2
_CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")


def side_by_side(call: Call, model: type, names: tuple[str, ...]) -> tuple[dict[str, forms.Field], list[list[str]]]:
    """(fields of translated texts in the call's languages, rows of their names with a column per language)."""
    languages = [(code, name) for code, name in settings.LANGUAGES if code in call.languages]
    rows = [[f"{name}_{code}" for code, _name in languages] for name in names]
    columns = [name for row in rows for name in row]
    fields = fields_for_model(model, fields=columns, field_classes=pasted(model, columns))
    for name in names:
        label = str(model._meta.get_field(name).verbose_name)  # type: ignore[attr-defined]
        for code, language in languages:
            field = fields[f"{name}_{code}"]
            field.label = f"{capfirst(label)} ({language})"
            field.widget.attrs["lang"] = code
    return fields, rows


class OptionsWidget(forms.Widget):
    """Reads the rows of the options' editor: `options-<row>-code` and `options-<row>-<language>`, in their order.

    A pressed button (`options-do`: "add", "up 2", "down 2", "remove 2") is carried out on what is read.
    """

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[dict[str, Any]]:
        languages = [code for code, _name in settings.LANGUAGES]
        rows = []
        for number in range(OPTIONS_AT_MOST + EMPTY_ROWS + 1):
            if not any(f"{name}-{number}-{language}" in data for language in languages):
                continue
            code = data.get(f"{name}-{number}-code", "")
            texts = {f"label_{language}": data.get(f"{name}-{number}-{language}", "") for language in languages}
            rows.append({"code": code if _CODE.fullmatch(code) else "", **texts})
        return pressed(rows, data.get(f"{name}-do", ""))

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False


def pressed(rows: list[dict[str, Any]], button: str) -> list[dict[str, Any]]:
    """The rows after a button of their editor."""
    act, _space, number = button.partition(" ")
    if act == "add":
        return [*rows, {"code": ""}]
    place = int(number) if number.isascii() and number[:3].isdigit() else -1
    if not 0 <= place < len(rows):
        return rows
    if act == "remove":
        return rows[:place] + rows[place + 1 :]
    other = place + (1 if act == "down" else -1)
    if act in ("up", "down") and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


class OptionsField(forms.Field):
    """Options in the shape in which services.question_options takes them; rows without any text drop out."""

    widget = OptionsWidget

    def __init__(self, *, language: str, **kwargs: Any) -> None:
        super().__init__(required=False, label=_("Options"), **kwargs)
        self.language = language

    def clean(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        line = PastedLineField(required=False, max_length=200)
        rows = []
        for number, row in enumerate(value or [], start=1):
            try:
                texts = {name: line.clean(text) for name, text in row.items() if name != "code"}
            except ValidationError as error:
                text = _("Option %(number)s: %(problem)s")
                raise ValidationError(text, params={"number": number, "problem": error.messages[0]}) from error
            if any(texts.values()):
                rows.append({"code": row["code"], **texts})
        codes = [row["code"] for row in rows if row["code"]]
        if len(codes) != len(set(codes)):
            raise ValidationError(_("Two options have the same code."))
        return with_codes(rows, self.language)


class CodeChoice(forms.ChoiceField):
    """One of some rows, by its code; cleaned to the row, or None."""

    def __init__(self, *, rows: list[Any], empty: Any, **kwargs: Any) -> None:
        super().__init__(choices=[("", empty), *((row.code, str(row)) for row in rows)], required=False, **kwargs)
        self.rows = {row.code: row for row in rows}

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class QuestionForm(EditedForm):
    """One question: its texts side by side, how it is answered, its options, and when it is asked.

    question: one to change, or one of the call that is not saved yet. earlier: the questions before it, options read.
    gathers: the call is open, so that only what an amendment can change is to be typed. addition: values of a question
    that an amendment is to add, as services.amendable_questions has them. options: as they are with what is gathered.
    """

    def __init__(
        self,
        *args: Any,
        question: Question,
        earlier: list[Question],
        sections: list[QuestionSection],
        gathers: bool = False,
        revision: int = 0,
        addition: Mapping[str, Any] | None = None,
        options: list[dict[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.call = call = question.call
        self.question, self.languages = question, [pair for pair in settings.LANGUAGES if pair[0] in call.languages]
        texts, self.text_rows_of = side_by_side(call, Question, TEXTS)
        self.fields |= texts | fields_for_model(Question, fields=FACTS)
        self.fields["section"] = CodeChoice(rows=sections, empty=_("No section: before all others"), label=_("Section"))
        self.fields["options"] = OptionsField(language=call.default_language)
        self._add_condition([one for one in earlier if one.kind in CONDITION_KINDS])
        self._describe()
        shown = shown_values(question, list(self.fields))
        if options is None:
            options = addition["options"] if addition else options_of(question) if question.pk else []
        self.initial = shown | {"options": options} | self.initial
        self.initial["shown_if_codes"] = [f"{shown['shown_if']}:{code}" for code in question.shown_if_codes]
        if gathers:
            shown["options"] = options
            self._disable(tuple(name for name in STRUCTURE if name != "options" or question.kind not in OPTION_KINDS))
        elif call.published_at is not None and question.pk:
            self._disable(("code",))
        if addition:
            self._disable(("code",))
            self.remember(revision, addition)
        elif question.pk:
            self.remember(revision, shown)

    def _describe(self) -> None:
        main = self.call.default_language
        for code, _name in self.languages:
            self.fields[f"label_{code}"].required = code == main
            self.fields[f"help_text_{code}"].widget.attrs["rows"] = 3
        self.fields["code"].required = False
        self.fields["code"].help_text = _(
            "Names the question in exports and receipts. Left empty, it is made of the question."
        )
        self.fields["currency"].widget.attrs["size"] = 5
        for name, kinds in (
            ("max_chars", (QuestionKind.SHORT_TEXT, QuestionKind.LONG_TEXT)),
            ("currency", (QuestionKind.MONEY,)),
            *((name, (QuestionKind.FILE,)) for name in FILE_LIMITS),
        ):
            self.fields[name].widget.attrs["data-for-kinds"] = " ".join(kinds)

    def _add_condition(self, earlier: list[Question]) -> None:
        self.fields["shown_if"] = CodeChoice(rows=earlier, empty=_("Asked of everybody"), label=_("Asked only after"))
        self.fields["shown_if_codes"] = forms.MultipleChoiceField(
            label=_("with one of these answers"),
            required=False,
            choices=[(str(one), [(f"{one.code}:{code}", text) for code, text in answers_of(one)]) for one in earlier],
            widget=forms.CheckboxSelectMultiple,
        )

    def _disable(self, names: tuple[str, ...]) -> None:
        for name in names:
            self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """Answers of another question than the chosen one are not meant."""
        cleaned = super().clean()
        on = cleaned.get("shown_if")
        pairs = [pair.partition(":") for pair in cleaned.get("shown_if_codes") or []]
        cleaned["shown_if_codes"] = [code for name, _colon, code in pairs if on is not None and name == on.code]
        if cleaned.get("kind") and cleaned["kind"] not in OPTION_KINDS:
            cleaned["options"] = []
        if not cleaned.get("code") and self.question.pk:
            cleaned["code"] = self.question.code
        return cleaned

    def text_rows(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row] for row in self.text_rows_of]

    def fact_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "section", *FACTS[3:-1], "required", "public", "code")]

    def option_rows(self) -> list[dict[str, Any]]:
        """The rows of the options' editor, with a few empty ones."""
        rows = list(self["options"].value() or [])
        empty = 0 if self.fields["options"].disabled else max(EMPTY_ROWS - len(rows), 0)
        rows += [{"code": ""}] * empty
        return [
            {
                "number": number,
                "code": row["code"],
                "cells": [(code, name, row.get(f"label_{code}") or "") for code, name in self.languages],
            }
            for number, row in enumerate(rows)
        ]

    def question_fields(self) -> dict[str, Any]:
        """Arguments of create_question and update_question."""
        return self.typed()


def answers_of(question: Question) -> list[tuple[str, Any]]:
    """[(code, words)] of the answers that a condition may ask for."""
    if question.kind == QuestionKind.CONFIRM:
        return [(CONFIRMED, _("Yes"))]
    return [(option.code, option.label) for option in question.options.all()]


class SectionForm(EditedForm):
    """A section of the form: its texts side by side."""

    def __init__(self, *args: Any, section: QuestionSection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = section.call
        fields, self.text_rows_of = side_by_side(self.call, QuestionSection, ("title", "introduction"))
        self.fields |= fields
        for code in self.call.languages:
            self.fields[f"title_{code}"].required = code == self.call.default_language
            self.fields[f"introduction_{code}"].widget.attrs["rows"] = 3
        shown = {name: getattr(section, name) or "" for name in fields}
        self.initial = shown | self.initial
        if section.pk:
            self.remember(section.revision, shown)

    def text_rows(self) -> list[list[forms.BoundField]]:
        return [[self[name] for name in row] for row in self.text_rows_of]
