"""Questions frozen with a version, and answers as a reader sees them: pure functions over plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from competition.amounts import format_exact, format_money
from competition.enums import OPTION_KINDS, TEXT_KINDS, QuestionKind
from competition.models import Question, Topic

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Answered:
    """One question with its answer. `text` is the answer as plain text; `files` lists attached files as frozen."""

    code: str
    kind: str
    label: str
    help_text: str
    public: bool
    required: bool
    value: Any
    text: str
    max_chars: int | None = None
    jury_label: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)

    @property
    def heading(self) -> str:
        """What jurors see above the answer."""
        return self.jury_label or self.label

    @property
    def is_written(self) -> bool:
        """Whether the answer is in the applicant's own words, and so in the sketch's language."""
        return self.kind in TEXT_KINDS


def freeze_question(question: Question, *, currency: str, topics: Iterable[Topic]) -> dict[str, Any]:
    """The question as it is asked now, in every language, as plain JSON."""
    frozen: dict[str, Any] = {
        "code": question.code,
        "kind": question.kind,
        "label": _in_languages(question, "label"),
        "help_text": _in_languages(question, "help_text"),
        "jury_label": _in_languages(question, "jury_label"),
        "required": question.required,
        "public": question.public,
        "max_chars": question.max_chars,
    }
    if question.kind == QuestionKind.MONEY:
        frozen["currency"] = question.currency or currency
    if question.kind == QuestionKind.TOPICS:
        frozen["options"] = [_option(topic) for topic in topics]
    elif question.kind in OPTION_KINDS:
        frozen["options"] = [_option(option) for option in question.options.all()]
    return frozen


def _in_languages(row, name: str) -> dict[str, str]:
    texts = {language: getattr(row, f"{name}_{language}") for language in LANGUAGES}
    return {language: text for language, text in texts.items() if text}


def _option(row) -> dict[str, Any]:
    return {"code": row.code, "label": _in_languages(row, "label")}


def in_language(texts: dict[str, str], language: str) -> str:
    """The text in the language, or the nearest one there is."""
    nearest = (language, *settings.MODELTRANSLATION_FALLBACK_LANGUAGES.get(language, LANGUAGES))
    return next((texts[code] for code in nearest if texts.get(code)), "")


def answered(
    questions: Iterable[dict[str, Any]],
    answers: dict[str, Any],
    language: str,
    *,
    files: Iterable[dict[str, Any]] = (),
) -> list[Answered]:
    """Frozen questions with their answers, in order, for a reader of the language."""
    by_question: dict[str, list[dict[str, Any]]] = {}
    for file in files:
        by_question.setdefault(file["question"], []).append(file)
    return [
        Answered(
            code=question["code"],
            kind=question["kind"],
            label=in_language(question["label"], language),
            help_text=in_language(question["help_text"], language),
            public=question["public"],
            required=question["required"],
            value=answers.get(question["code"]),
            text=answer_text(question, answers.get(question["code"]), language, by_question.get(question["code"], [])),
            max_chars=question["max_chars"],
            # Versions handed in before there were words for the jury have none.
            jury_label=in_language(question.get("jury_label", {}), language),
            files=by_question.get(question["code"], []),
        )
        for question in questions
    ]


def answer_text(question: dict[str, Any], value: Any, language: str, files: list[dict[str, Any]]) -> str:
    """The answer as plain text; empty where there is none."""
    kind = question["kind"]
    if kind == QuestionKind.FILE:
        return "\n".join(file["name"] for file in files)
    if value in (None, "", []):
        return ""
    if kind == QuestionKind.CONFIRM:
        return _("Yes")
    if kind == QuestionKind.ORGANISATIONS:
        return "\n".join(organisation_line(one, "{name} ({number})") for one in value)
    if kind in (*OPTION_KINDS, QuestionKind.TOPICS):
        labels = {option["code"]: in_language(option["label"], language) for option in question.get("options", [])}
        codes = [value] if isinstance(value, str) else value
        return ", ".join(labels.get(code, code) for code in codes)
    if kind == QuestionKind.MONEY:
        return format_money(value, question.get("currency", ""), language)
    if kind == QuestionKind.NUMBER:
        return format_exact(value, language)
    return str(value)


def organisation_line(organisation: dict[str, str], pattern: str = "{name}; {number}") -> str:
    """One of the organisations of an answer as a line; the name alone where it has no number."""
    return pattern.format(**organisation) if organisation.get("number") else organisation["name"]
